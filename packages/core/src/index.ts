export { type BackoffOptions, backoffMs } from './backoff.ts';
export type { Brand } from './brand.ts';
export { type DecimalText, parsePrice } from './decimal-text.ts';
export { type Decoded, decodeMessage, decodeText, MAX_MESSAGE_BYTES, MAX_SYMBOL_LENGTH } from './decode-message.ts';
export { encodeMessage } from './encode-message.ts';
export {
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  millisToMicros,
  nowMicros,
  secondsToMicros,
} from './epoch-micros.ts';
export { DEFAULT_EXCHANGES, isExchangeName, streamKey } from './exchange.ts';
export * from './http/index.ts';
export { encodeLiveMessage, type LiveMessage, type LiveTick } from './live-message.ts';
export { parseDateTime, parseTime } from './parse-time.ts';
export { REJECTION_REASONS, type Rejection, type RejectionReason } from './rejection.ts';
export { comparePrices, compareTicks, type SequencedTick, type Tick } from './tick.ts';
