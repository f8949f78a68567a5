import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceStack } from '@tickwatch/runtime';
import type { AuditOptions } from '../faults/audit.ts';
import type { FaultRow } from '../faults/fault-row.ts';
import type { LanesBy } from '../faults/holes.ts';
import { EXCHANGES, NumberedTicks } from '../faults/numbered-ticks.ts';
import { type Outcome, type StackParts, TickStack } from '../faults/tick-stack.ts';
import { startPostgres } from '../servers/index.ts';
import { EngineTicks } from './engine-ticks.ts';
import type { LogEngine, OpenEngine } from './log-engine.ts';

export interface EngineStackOptions {
  /** How many each exchange has. */
  readonly lanes: number;
  readonly exchanges?: readonly string[];
  /** More settings of the subscribers. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EngineOutcome extends Outcome {
  /** Looked at when all is stored. @returns broken promises */
  readonly check?: (() => Promise<readonly string[]>) | undefined;
}

/** A log engine, PostgreSQL, a publisher of numbered ticks and as many subscribers as are launched; all real. */
export class EngineStack extends TickStack<EngineTicks> {
  readonly feed: string;
  readonly engine: LogEngine;

  private constructor(
    engine: LogEngine,
    { lanes, env, exchanges = EXCHANGES }: EngineStackOptions,
    parts: StackParts<EngineTicks>,
    opened: ResourceStack,
  ) {
    super(parts, { ...engine.env, EXCHANGES: exchanges.join(','), LANES: String(lanes), ...env }, opened);
    this.feed = engine.name;
    this.engine = engine;
  }

  static open(openEngine: OpenEngine, options: EngineStackOptions): Promise<EngineStack> {
    return ResourceStack.open(async (opened) => {
      const folder = await mkdtemp(join(tmpdir(), 'tickwatch-scale-'));
      opened.defer(() => rm(folder, { recursive: true, force: true }));
      const engine = opened.use(await openEngine());
      const ticks = new NumberedTicks(options);
      await engine.prepare(ticks.exchanges, options.lanes);
      const postgres = opened.use(await startPostgres());
      const databaseUrl = await postgres.createDatabase();
      const publisher = opened.use(new EngineTicks(await engine.publisher(), { ticks, lanes: options.lanes }));
      return new EngineStack(engine, options, { folder, postgres, databaseUrl, publisher }, opened);
    });
  }

  /** Ends publishing, waits until all is stored and counts: what is told of ranges of numbers, and then the whole. */
  async finishAll(ranges: readonly EngineOutcome[], whole: EngineOutcome): Promise<readonly FaultRow[]> {
    const settled = await this.settle();
    const rows: FaultRow[] = [];
    for (const { check, ...outcome } of [
      ...ranges,
      {
        ...whole,
        notes: [...(whole.notes ?? []), ...settled.notes],
        problems: [...(whole.problems ?? []), ...settled.problems],
      },
    ]) {
      rows.push(await this.row({ ...outcome, problems: [...(outcome.problems ?? []), ...((await check?.()) ?? [])] }));
    }
    return rows;
  }

  /** How many lanes there are, of all exchanges. */
  get lanes(): number {
    return this.publisher.ticks.exchanges.length * this.publisher.lanes;
  }

  /** Who says which lane a stock is in. */
  get lanesBy(): LanesBy {
    return this.engine.env.REDIS_URL === undefined ? 'source' : 'stock';
  }

  /** An engine may lose what it took, when its leader is lost: nobody counted that, and it lies in recorded holes. */
  protected override get auditing(): Pick<AuditOptions, 'lanesBy' | 'toldBy'> {
    return { lanesBy: this.lanesBy, toldBy: 'holes' };
  }
}
