import { withHead } from './chunks.ts';
import { FileError } from './file-error.ts';

const HEAD = 1 << 16;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/**
 * A text of any encoding as UTF-8, without its byte order mark, its lines ended by line feeds. Bytes that are no UTF-8
 * where nothing else is said stay as they are, for whoever reads the lines to refuse.
 * @param encoding a label of the Encoding Standard (`latin1`, `utf-16le`); `undefined`: UTF-8, or what its mark says
 * @throws FileError its bytes are none of that encoding
 */
export async function* toUtf8(bytes: AsyncIterable<Buffer>, encoding: string | undefined): AsyncGenerator<Buffer> {
  let decode: ((chunk: Buffer, more: boolean) => Buffer) | undefined;
  let returnsOnly = false;
  let isFirst = true;
  for await (const chunk of withHead(bytes, HEAD)) {
    let text = chunk;
    if (isFirst) {
      const label = encoding ?? markedAs(chunk);
      if (label !== undefined) decode = decoderOf(label);
      else if (looksLikeUtf16(chunk))
        throw new FileError('it looks like UTF-16: say --encoding utf-16le (or utf-16be)');
    }
    if (decode !== undefined) text = decode(chunk, true);
    if (isFirst) {
      if (text.subarray(0, 3).toString('hex') === 'efbbbf') text = text.subarray(3);
      returnsOnly = text.includes(RETURN) && !text.includes(LINE_FEED);
      isFirst = false;
    }
    yield returnsOnly ? (text.map((byte) => (byte === RETURN ? LINE_FEED : byte)) as Buffer) : text;
  }
  if (decode !== undefined) yield decode(Buffer.alloc(0), false);
}

function markedAs(head: Buffer): string | undefined {
  const mark = head.subarray(0, 2).toString('hex');
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : undefined;
}

function decoderOf(label: string): (chunk: Buffer, more: boolean) => Buffer {
  const decoder = new TextDecoder(label, { fatal: true });
  return (chunk, more) => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: more }));
    } catch {
      throw new FileError(`it holds bytes that are no ${label}`);
    }
  };
}

/** Plain letters in UTF-16 have a zero in every second byte. */
function looksLikeUtf16(head: Buffer): boolean {
  const sample = head.subarray(0, 1024);
  let zeros = 0;
  for (const byte of sample) if (byte === 0) zeros++;
  return zeros > sample.length / 3;
}

/** @throws RangeError there is no such encoding */
export function checkEncoding(label: string): void {
  new TextDecoder(label);
}
