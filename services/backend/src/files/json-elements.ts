import { FileError } from './file-error.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * The elements of a JSON array, or JSON objects each over several lines, as one line each: line breaks between tokens, which
 * JSON does not mind, become spaces. An element may be of any form; whoever reads the line judges it.
 * @throws FileError at the end, where something is not closed: the file was cut
 */
export async function* jsonElements(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isArray: boolean | undefined;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let isEmpty = true;
  let ended = false;
  for await (const chunk of bytes) {
    const out = Buffer.allocUnsafe(chunk.length + 1);
    let at = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        out[at++] = byte === LINE_FEED ? SPACE : byte;
        continue;
      }
      if (byte === LINE_FEED || byte === RETURN || byte === SPACE || byte === 0x09) {
        if (!isEmpty) out[at++] = SPACE;
        continue;
      }
      if (isArray === undefined) {
        isArray = byte === 0x5b;
        if (isArray) {
          depth = 1;
          continue;
        }
      }
      const outer = isArray ? 1 : 0;
      if (byte === QUOTE) inString = true;
      else if (byte === 0x5b || byte === 0x7b) depth++;
      else if (byte === 0x5d || byte === 0x7d) depth--;
      const endsElement = depth === outer && (isArray ? byte === COMMA : byte === 0x7d);
      const endsArray = isArray && depth === 0;
      if (!endsArray && !(isArray && endsElement)) {
        out[at++] = byte;
        isEmpty = false;
      }
      if (endsArray) {
        isArray = false;
        ended = true;
      }
      if ((endsElement || endsArray) && !isEmpty) {
        out[at++] = LINE_FEED;
        isEmpty = true;
      }
    }
    if (at > 0) yield out.subarray(0, at);
  }
  if (!isEmpty || depth > 0 || inString || (isArray === true && !ended)) {
    throw new FileError('the JSON is not closed at its end: the file was cut');
  }
}
