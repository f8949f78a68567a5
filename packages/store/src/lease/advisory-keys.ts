/** First part of the advisory lock that the owner of an exchange holds as long as it lives. */
export const OWNER_LOCK = 0x7469636b;
/** First part of the shared lock by which a standby finds (and ends) the backend that writes for an owner. */
export const WRITER_MARK = 0x7469636c;

/** Second part: the exchange's name as a positive 31-bit number (FNV-1a). */
export function exchangeKey(exchange: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(exchange)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 1;
}
