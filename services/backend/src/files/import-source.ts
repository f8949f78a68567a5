import type { KnownImport } from '@tickwatch/store';
import type { Scope } from './detect-form.ts';
import { KnownTextError } from './file-error.ts';
import type { ImportStart } from './import-run.ts';
import type { ImportOptions, ImportStore } from './import-types.ts';
import { chooseKnown, KnownText } from './known-text.ts';
import { sharedPart } from './line-sketch.ts';

/** A file of which so much is stored already is not stored without a word. */
const TOO_MUCH_SHARED = 0.5;

export interface ChosenSource {
  readonly start: ImportStart;
  /** `undefined`: nothing of it is stored. */
  readonly known: KnownText | undefined;
}

/**
 * Decides which import a text belongs to.
 * @param head digests of its first rows
 * @param openRow the last of them, if it has no end
 * @param scope what the digests are seeded with, see {@link scopeText}
 * @throws KnownTextError it was read with other options, or its name is taken
 */
export async function chooseSource(
  store: ImportStore,
  name: string,
  options: ImportOptions,
  head: ReadonlyMap<number, string>,
  openRow: number | undefined,
  scope: Scope,
): Promise<ChosenSource> {
  const meaning = meaningOf(options, scope);
  const read = { scope, options: meaning };
  const found =
    options.again === true ? undefined : chooseKnown(await store.findImports([...head.values()]), head, openRow);
  if (found !== undefined && found.stored > 0) {
    refuseOtherOptions(found, meaning);
    const known = new KnownText(found);
    const { position, rows } = known;
    return {
      known,
      start: { source: found.source, ...read, position, rows, replacesOpen: found.open !== undefined },
    };
  }
  // Nothing came of it: it is not worth being known.
  if (found !== undefined) await store.undoImport(found.source);
  const source = await freeName(store, name, options);
  return { known: undefined, start: { source, ...read, position: 0, rows: 0, replacesOpen: false } };
}

/** @throws KnownTextError an import has most of these lines already */
export async function refuseOverlap(store: ImportStore, hashes: readonly number[]): Promise<void> {
  for (const { source, sketch } of await store.findOverlaps(hashes)) {
    const shared = sharedPart(hashes, sketch);
    if (shared < TOO_MUCH_SHARED) continue;
    throw new KnownTextError(
      `it begins otherwise than import "${source}", but about ${Math.round(shared * 100)} % of the lines of one are in the other. If that one is to be replaced, take it back first (--undo ${source}); --again stores this file besides`,
    );
  }
}

export function scopeText(scope: Scope): string {
  const text = JSON.stringify(scope);
  return text === '{}' ? '' : text;
}

/** The options that change what a text means, beside its scope. */
function meaningOf(options: ImportOptions, scope: Scope): string {
  const { columns, delimiter, decimal, timeZone } = options;
  const stock = scope.stock === undefined ? options.stock : undefined;
  const exchange = scope.exchange === undefined ? options.exchange : undefined;
  const named = columns?.kind === 'mapped' ? Object.fromEntries(columns.names) : columns?.fields;
  const all = { columns: named, delimiter, decimal, stock, exchange, timeZone };
  const text = JSON.stringify(all);
  return text === '{}' ? '' : text;
}

function refuseOtherOptions({ source, stored, options }: KnownImport, meaning: string): void {
  if (options === meaning) return;
  const show = (text: string): string => (text === '' ? 'no options' : text);
  throw new KnownTextError(
    `it is stored already, as import "${source}" (${stored} ticks), read with ${show(options)} instead of ${show(meaning)}. To read it anew, take that back first (--undo ${source}); --again stores it besides`,
  );
}

async function freeName(store: ImportStore, name: string, options: ImportOptions): Promise<string> {
  const taken = new Set((await store.imports()).map(({ source }) => source));
  if (!taken.has(name)) return name;
  if (options.name !== undefined && options.again !== true) {
    throw new KnownTextError(
      `import "${name}" is there already, with another text: give it another --name, or --undo ${name} first`,
    );
  }
  let number = 2;
  while (taken.has(`${name}#${number}`)) number++;
  return `${name}#${number}`;
}
