import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { withHead } from './chunks.ts';
import { FileError } from './file-error.ts';
import { parquetText } from './parquet-text.ts';

/** A text to import: a file, or one of the files in a zip. */
export interface SourcePart {
  readonly name: string;
  /** Unpacked. */
  readonly bytes: AsyncIterable<Buffer>;
  /** Parquet: the text was made here, and its first line names the columns. */
  readonly isTable: boolean;
}

const CHUNK = 1 << 20;
const GZIP = '1f8b';
const ZIP = '504b0304';
const PARQUET = '50415231';
/** What can't be read, by its first bytes. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['28b52ffd', 'packed with zstd: unpack it first (zstd -d)'],
  ['425a68', 'packed with bzip2: unpack it first (bunzip2)'],
  ['fd377a585a00', 'packed with xz: unpack it first (unxz)'],
  ['377abcaf271c', 'a 7-Zip archive: unpack it first'],
  ['4152524f5731', 'an Arrow file: write it as Parquet or CSV'],
  ['d0cf11e0', 'an old Excel workbook: save it as CSV'],
  ['53514c69746520666f726d6174', 'an SQLite database: write its table as CSV'],
  ['25504446', 'a PDF'],
];

/**
 * The texts in a file, or in stdin for `-`: itself, unpacked from gzip, each file of a zip, or the rows of a Parquet file as
 * CSV. What it is is told by its first bytes, not by its name.
 * @param onBytes told of every piece that is read, before it is unpacked
 * @throws FileError it is in a form that can't be read
 */
export async function* openSource(path: string, onBytes: (bytes: number) => void): AsyncGenerator<SourcePart> {
  const magic = await firstBytes(path);
  if (magic.startsWith(ZIP)) yield* zipEntries(path, onBytes);
  else if (magic.startsWith(PARQUET)) yield { name: path, bytes: parquetText(path, onBytes), isTable: true };
  else {
    const file: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK });
    yield { name: path, bytes: unpacked(counted(file, onBytes)), isTable: false };
  }
}

/** Of a pipe, nothing: what is read of it is gone. */
async function firstBytes(path: string): Promise<string> {
  if (path === '-' || !(await stat(path)).isFile()) return '';
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead).toString('hex');
  } finally {
    await file.close();
  }
}

async function* zipEntries(path: string, onBytes: (bytes: number) => void): AsyncGenerator<SourcePart> {
  const zip = await yauzl.openPromise(path).catch((error: Error) => {
    throw new FileError(`the zip can't be read: ${error.message}`);
  });
  let files = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name === '[Content_Types].xml') throw new FileError('it is an Excel workbook or the like: save it as CSV');
    if (name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.)/.test(name)) continue;
    files++;
    if (entry.isEncrypted()) throw new FileError(`${name} in it is encrypted: unpack it first`);
    const content = await zip.openReadStreamPromise(entry);
    yield { name: `${path}/${name}`, bytes: unpacked(withHead(content, 16)), isTable: false };
    onBytes(entry.compressedSize);
  }
  if (files === 0) throw new FileError('the zip holds no file');
}

async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of withHead(chunks, 16)) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = packed[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const magic = first.value.subarray(0, 16).toString('hex');
  const other = OTHERS.find(([bytes]) => magic.startsWith(bytes));
  if (other !== undefined) throw new FileError(`it is ${other[1]}`);
  if (magic.startsWith(ZIP) || magic.startsWith(PARQUET)) {
    throw new FileError(`${magic.startsWith(ZIP) ? 'a zip' : 'Parquet'} can only be read from a file of its own`);
  }
  const all = again(first.value, chunks);
  yield* magic.startsWith(GZIP) ? gunzipped(all) : all;
}

async function* again(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next: IteratorResult<Buffer> = { value: first }; next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}

async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = Readable.from(packed, { objectMode: false }).on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message === 'unexpected end of file') throw new FileError('the gzip ends too early: the file was cut');
    const isPacking = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isPacking ? new FileError(`the gzip is damaged: ${message}`) : error;
  }
}
