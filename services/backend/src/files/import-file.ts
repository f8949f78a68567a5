import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RejectionReason } from '@tickwatch/core';
import { FileError } from './file-error.ts';
import { TextImport } from './import-text.ts';
import type { ImportOptions, ImportReport, ImportStep, ImportStore, TextReport } from './import-types.ts';
import { openSource } from './open-source.ts';

/**
 * Stores the ticks of a file with their rollups, portion by portion, each in one transaction with the place in the text: a
 * run that was cut continues there, a file that has grown is stored from where it had ended, and one that is stored already
 * is not stored twice, under whatever name and however it is packed.
 * @throws FileError it can't be read, or is stored in a way that has to be decided by a person; its message says all
 */
export async function importFile(store: ImportStore, options: ImportOptions): Promise<ImportReport> {
  const { path, onStep = () => {} } = options;
  const found = path === '-' ? undefined : await stat(path);
  const totalBytes = found?.isFile() === true ? found.size : undefined;
  const texts: TextReport[] = [];
  let bytes = 0;
  let current: TextImport | undefined;
  const step = (): ImportStep => ({
    ...sum([...texts, ...(current === undefined ? [] : [current.counts()])]),
    bytes,
    totalBytes,
  });
  if (totalBytes !== undefined && options.again !== true) {
    const known = await knownToEarlierVersions(store, path);
    if (known !== undefined && options.covers !== undefined) {
      throw new FileError(
        `${path}: an earlier version stored it and did not note what it has: --covers can't be said of it`,
      );
    }
    if (known !== undefined) return { ...step(), knownBefore: true, reasons: new Map(), examples: [], texts: [] };
  }
  const parts = openSource(path, (more) => {
    bytes += more;
  });
  for await (const part of named(parts, path)) {
    const name = nameOf(part.name, options);
    current = new TextImport(store, part, name, options, () => onStep(step()));
    const report = await current.import();
    current = undefined;
    texts.push(report);
  }
  return {
    ...step(),
    knownBefore: texts.every(({ knownBefore }) => knownBefore),
    reasons: allReasons(texts),
    examples: texts.flatMap(({ examples }) => examples),
    texts,
  };
}

/** Errors of opening name the file. */
async function* named<T>(parts: AsyncGenerator<T>, path: string): AsyncGenerator<T> {
  try {
    yield* parts;
  } catch (error) {
    if (!(error instanceof FileError) || error.message.startsWith(path)) throw error;
    throw new FileError(`${path}: ${error.message}`, { cause: error });
  }
}

function nameOf(part: string, { path, name }: ImportOptions): string {
  if (path === '-') return name ?? `stdin ${new Date().toISOString()}`;
  return part === path ? (name ?? basename(path)) : `${name ?? basename(path)}${part.slice(path.length)}`;
}

type Counts = Pick<ImportStep, 'lines' | 'skipped' | 'stored' | 'rejected'>;

function sum(all: readonly Counts[]): Counts {
  const of = (field: keyof Counts): number => all.reduce((total, one) => total + one[field], 0);
  return { lines: of('lines'), skipped: of('skipped'), stored: of('stored'), rejected: of('rejected') };
}

function allReasons(texts: readonly TextReport[]): ReadonlyMap<RejectionReason, number> {
  const all = new Map<RejectionReason, number>();
  for (const { reasons } of texts) {
    for (const [reason, count] of reasons) all.set(reason, (all.get(reason) ?? 0) + count);
  }
  return all;
}

/** Earlier versions knew a file by the digest of its bytes, and counted lines. @throws FileError it was not finished */
async function knownToEarlierVersions(store: ImportStore, path: string): Promise<string | undefined> {
  const earlier = new Set(
    (await store.imports()).map(({ source }) => source).filter((one) => one.startsWith('sha256 ')),
  );
  if (earlier.size === 0) return undefined;
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  const source = `sha256 ${digest.digest('hex')}`;
  if (!earlier.has(source)) return undefined;
  if ((await store.importProgress(source)).finished) return source;
  throw new FileError(`${path}: an earlier version began to import it and did not end; --again stores it as a whole`);
}
