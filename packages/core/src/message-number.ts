import type { JsonMembers } from './flat-json.ts';
import type { Decoded } from './judge-tick.ts';

/**
 * With the number that its publisher gave a message: its member `n`, an integer ≥ 0, one more for each message of the
 * channel. What can't be such a number is none, and no reason to lose a tick. What is rejected was received nevertheless,
 * and keeps its number.
 */
export function withNumber(decoded: Decoded, members: JsonMembers): Decoded {
  const member = members.get('n');
  if (member?.type !== 'number') return decoded;
  const n = Number(member.text);
  if (!Number.isSafeInteger(n) || n < 0) return decoded;
  if (!decoded.ok) return { ...decoded, n };
  // Not spread, which takes several times as long.
  const { stock, price, time } = decoded;
  return { ok: true, stock, price, time, n };
}
