import { nodeOfStock } from '@tickwatch/core';
import type { ConnectionSettings } from '../pg-connection.ts';
import { HOLD_NODE, MARK_NODE, SET_NODE_STATE, UNMARK_NODE } from '../statements/node-statements.ts';
import { toStoreError } from '../store-errors.ts';
import { StoreUnavailableError } from '../tick-store.ts';
import type { NodeRow } from './check-node.ts';
import { type DivideProgress, deleteOthers } from './delete-others.ts';
import { DivideError, NodeClient, type StoreTotals } from './node-client.ts';

export interface DivideOptions {
  /** Addresses of the databases, in the order of the nodes: copies of one, of the same moment, or what an earlier try left. */
  readonly urls: readonly string[];
  /** True: nothing is changed. */
  readonly isDryRun: boolean;
  readonly onProgress?: (progress: DivideProgress) => void;
}

export interface DividedNode extends StoreTotals {
  readonly index: number;
  /** What it was before this call; `undefined`: a whole copy. */
  readonly was: NodeRow['state'] | undefined;
}

/** What each node has, or would have. */
export interface Divided {
  readonly nodes: readonly DividedNode[];
  readonly all: StoreTotals;
}

/**
 * Divides copies of a database: each keeps the stocks and lanes that are its own. It may be cut at any time and done again; no
 * subscriber joins a node before all of them are ready.
 * @throws DivideError nothing was changed; StoreUnavailableError do it again
 */
export async function divideStore(options: DivideOptions): Promise<Divided> {
  const { urls, isDryRun, onProgress = () => {} } = options;
  if (urls.length < 2) throw new DivideError('name two databases at least: one has all lanes as it is');
  const nodes: NodeClient[] = [];
  try {
    for (const [index, url] of urls.entries()) nodes.push(await NodeClient.open(settingsFor(url), index, isDryRun));
    const states = await checkNodes(nodes);
    if (isDryRun) return await plan(nodes, states);
    // Where one is ready, all have their parts, and it may have got more since.
    const isDone = states.some((state) => state?.state === 'ready');
    if (!isDone) await divideAll(nodes, states, onProgress);
    for (const node of nodes) await node.client.query(SET_NODE_STATE, ['ready']);
    return await partsOf(nodes, states);
  } catch (error) {
    if (error instanceof DivideError) throw error;
    const translated = toStoreError(error);
    if (!(translated instanceof StoreUnavailableError)) throw translated;
    throw new StoreUnavailableError(`${translated.message}; do it again: it goes on where it was`, { cause: error });
  } finally {
    for (const node of nodes) await node[Symbol.asyncDispose]();
  }
}

async function divideAll(
  nodes: readonly NodeClient[],
  states: States,
  onProgress: (progress: DivideProgress) => void,
): Promise<void> {
  await mark(nodes, states);
  if (states.every((state) => state?.state !== 'dividing')) await checkStillAlone(nodes);
  for (const node of nodes) {
    await node.client.query(SET_NODE_STATE, ['dividing']);
    await deleteOthers(node, nodes.length, onProgress);
  }
  await checkSum(nodes);
}

type States = readonly (NodeRow | undefined)[];

/** @throws DivideError they can't be divided, or are no copies of one database */
async function checkNodes(nodes: readonly NodeClient[]): Promise<States> {
  const states: (NodeRow | undefined)[] = [];
  for (const node of nodes) states.push(await node.stateAmong(nodes.length));
  if (states.some((state) => state?.state === 'ready')) return states;
  for (const node of nodes) await node.checkAlone();
  // Once deleting has begun they are copies no more; each was one when it was marked.
  if (states.some((state) => state !== undefined && state.state !== 'marked')) {
    const whole = states.indexOf(undefined);
    if (whole < 0) return states;
    throw new DivideError(
      `database ${whole} is whole and others are divided already: it is not the copy that was there`,
    );
  }
  const [first] = nodes;
  await first?.checkLanes(nodes.length);
  const digest = await first?.digest();
  for (const node of nodes.slice(1)) {
    if ((await node.digest()) === digest) continue;
    throw new DivideError(
      `database ${node.index} is no copy of database 0, or of another moment: stop all that writes, then copy it whole`,
    );
  }
  return states;
}

/** From here on nobody joins. */
async function mark(nodes: readonly NodeClient[], states: States): Promise<void> {
  for (const node of nodes) {
    if (states[node.index] !== undefined) continue;
    await node.client.query('BEGIN');
    await node.client.query(HOLD_NODE);
    const { stocks, ticks } = await node.totals();
    await node.client.query(MARK_NODE, [node.index, nodes.length, stocks, ticks]);
    await node.client.query('COMMIT');
  }
}

/** Whoever came before the marks is seen now; whoever comes later sees them. */
async function checkStillAlone(nodes: readonly NodeClient[]): Promise<void> {
  try {
    const digests = new Set<string>();
    for (const node of nodes) {
      await node.checkAlone();
      digests.add(await node.digest());
    }
    if (digests.size > 1) throw new DivideError('somebody wrote to one of the databases meanwhile: copy them anew');
  } catch (error) {
    for (const node of nodes) await node.client.query(UNMARK_NODE).catch(() => {});
    throw error;
  }
}

/** @throws DivideError the parts are not the whole: none becomes ready */
async function checkSum(nodes: readonly NodeClient[]): Promise<void> {
  const { all } = await partsOf(nodes, []);
  for (const node of nodes) {
    const whole = await node.state();
    if (Number(whole?.stocks) === all.stocks && Number(whole?.ticks) === all.ticks) continue;
    throw new DivideError(
      `the nodes have ${all.ticks} ticks of ${all.stocks} stocks, and the one database had ${whole?.ticks} of ${whole?.stocks}: none is ready`,
    );
  }
}

async function partsOf(nodes: readonly NodeClient[], states: States): Promise<Divided> {
  const parts: DividedNode[] = [];
  for (const node of nodes) {
    parts.push({ index: node.index, was: states[node.index]?.state, ...(await node.totals()) });
  }
  return { nodes: parts, all: sumOf(parts) };
}

async function plan(nodes: readonly NodeClient[], states: States): Promise<Divided> {
  const [first] = nodes;
  const isWhole = states.every((state) => state === undefined || state.state === 'marked');
  if (first === undefined || !isWhole) return await partsOf(nodes, states);
  const parts = nodes.map(({ index }) => ({ index, was: states[index]?.state, stocks: 0, ticks: 0 }));
  for (const { stock, stocks, ticks } of await first.stockSizes()) {
    const part = parts[nodeOfStock(stock, nodes.length)];
    if (part !== undefined) Object.assign(part, { stocks: part.stocks + stocks, ticks: part.ticks + ticks });
  }
  return { nodes: parts, all: sumOf(parts) };
}

function sumOf(parts: readonly StoreTotals[]): StoreTotals {
  return parts.reduce((sum, part) => ({ stocks: sum.stocks + part.stocks, ticks: sum.ticks + part.ticks }), {
    stocks: 0,
    ticks: 0,
  });
}

/** Deleting takes as long as it takes; nobody waits for it. */
function settingsFor(connectionString: string): ConnectionSettings {
  return { connectionString, applicationName: 'tickwatch-distribute', statementTimeoutMs: 600_000, isUnlimited: true };
}
