import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** A line longer than this is cut: it is no tick, and memory stays bounded. */
const MAX_LINE = 65_536;

/**
 * The lines of a file, or of stdin for `-`, without their ends, many at a time. Gzip is recognised by its first bytes.
 * @param onBytes told of every piece read, before it is unpacked
 */
export async function* readLines(path: string, onBytes: (bytes: number) => void): AsyncGenerator<readonly string[]> {
  const source: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 });
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let first = true;
  for await (const chunk of unpacked(source, onBytes)) {
    const text = rest + decoder.write(chunk);
    const lines = (first ? text.replace(/^\uFEFF/, '') : text).split('\n');
    first = false;
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    yield lines.map(withoutReturn);
  }
  rest += decoder.end();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function* unpacked(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const all = counted(first.value, chunks, onBytes);
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const packed = Readable.from(all, { objectMode: false }).on('error', (error) => gunzip.destroy(error));
  yield* packed.pipe(gunzip) as AsyncIterable<Buffer>;
}

async function* counted(
  first: Buffer,
  rest: AsyncIterator<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let next: IteratorResult<Buffer> = { value: first }; next.done !== true; next = await rest.next()) {
    onBytes(next.value.length);
    yield next.value;
  }
}
