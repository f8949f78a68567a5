import { type JsonMembers, parseFlatJson } from './flat-json.ts';
import { isScalar } from './forms/form.ts';
import { KNOWN_FORMS } from './forms/known-forms.ts';
import { readMapped } from './forms/message-map.ts';
import { type Decoded, judgeTick, reject, type TickContext } from './judge-tick.ts';
import { withNumber } from './message-number.ts';
import { parseTime } from './parse-time.ts';

/**
 * Reads a tick from the text of a JSON object: the form of this house (`stock_name`, `price`, `timestamp`), what
 * MESSAGE_MAP declares, or a form that is known. Serves messages and files alike.
 */
export function decodeObject(text: string, context: TickContext): Decoded {
  const members = parseFlatJson(text);
  if (members === undefined) return reject('bad_form', 'the message starts with "{" but is not a JSON object');
  const own = readOwn(members, context);
  return own === undefined ? readOther(members, context) : withNumber(own, members);
}

/** The form of this house. */
function readOwn(members: JsonMembers, context: TickContext): Decoded | undefined {
  const stock = members.get('stock_name');
  const price = members.get('price');
  const stamp = members.get('timestamp');
  if (stock?.type !== 'string' || !isScalar(price)) return undefined;
  if (stamp === undefined) {
    // A third member may be the time under another name.
    return members.size > 2 ? undefined : judgeTick(stock.text, price.text, context.receivedAt, '', context);
  }
  const time = isScalar(stamp) ? parseTime(stamp.text, context.zone) : undefined;
  return judgeTick(stock.text, price.text, time, isScalar(stamp) ? stamp.text : '', context);
}

function readOther(members: JsonMembers, context: TickContext): Decoded {
  const mapped = context.map === undefined ? undefined : readMapped(context.map, members, context);
  if (mapped !== undefined) return mapped;
  for (const form of KNOWN_FORMS) {
    const decoded = form.read(members, context);
    if (decoded !== undefined) return decoded;
  }
  return reject('bad_form', 'the object is of no known form');
}
