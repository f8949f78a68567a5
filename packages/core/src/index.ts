export type * from './alert.ts';
export { FIRST_FREE_PORT, isMailAddress, isReceiverPort } from './alert-target.ts';
export { type BackoffOptions, backoffMs } from './backoff.ts';
export {
  BOARD_EXTRA_BYTES,
  type BoardHead,
  type BoardMessage,
  boardChannel,
  boardRowBytes,
  encodeBoardMessage,
  laneChannel,
  type ToldTicks,
} from './board-message.ts';
export type { Brand } from './brand.ts';
export { type CandleAlignment, type CandleGrid, candleGrid } from './candle-grid.ts';
export { CANDLE_INTERVALS, type CandleInterval } from './candle-interval.ts';
export { candleAt, candleStarts, labelStart } from './candle-starts.ts';
export { clientKey } from './client-key.ts';
export { ClockWatch, nowMicros, WallClock } from './clock.ts';
export { type DecimalText, parsePrice } from './decimal-text.ts';
export { decodeMessage, MAX_MESSAGE_BYTES, MAX_TICK_BYTES, type TakeDecoded } from './decode-message.ts';
export { decodeObject } from './decode-object.ts';
export { DEFAULT_FUTURE_TOLERANCE_MS, decodeText } from './decode-tick.ts';
export { editDistance } from './edit-distance.ts';
export { encodeMessage, encodeNumberedMessage } from './encode-message.ts';
export {
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  millisToMicros,
} from './epoch-micros.ts';
export { ALERTS_CHANNEL, DEFAULT_EXCHANGES, isExchangeName } from './exchange.ts';
export type { FeedServer, KafkaServers } from './feed-server.ts';
export { type JsonValue, parseFlatJson } from './flat-json.ts';
export { type MessageMap, parseMessageMap } from './forms/message-map.ts';
export { GAP_REASONS, type GapReason, HOLE_REASONS, type HoleReason } from './gap-reason.ts';
export * from './http/alerts/limits.ts';
export * from './http/column-formats.ts';
export type * from './http/index.ts';
export * from './http/limits.ts';
export * from './http/position.ts';
export * from './http/problem-type.ts';
export * from './http/tail-after.ts';
export { type Decoded, judgeTick, type TickContext } from './judge-tick.ts';
export {
  exchangeOf,
  hashOfStock,
  isLaneName,
  type LaneCounts,
  type LaneLayout,
  type LaneName,
  laneIndex,
  laneName,
  laneOfStock,
  lanesOf,
  MAX_LANES,
  mayBeInLane,
  streamKey,
} from './lane.ts';
export { encodeLiveMessage, type LiveMessage, type LiveTick } from './live-message.ts';
export { nearestOf, nearNames } from './near-names.ts';
export { parseDateTime, parseTime, TIME_FORMS } from './parse-time.ts';
export { decimalsOf, priceNumber } from './price-number.ts';
export { REJECTION_REASONS, type Rejection, type RejectionReason } from './rejection.ts';
export { calendarsOf, type SessionsFile } from './sessions/calendars.ts';
export { HoursCalendar } from './sessions/hours-calendar.ts';
export { KNOWN_CALENDARS } from './sessions/known-calendars.ts';
export { type CalendarHours, type Hours, hoursOn, weekday } from './sessions/opening-hours.ts';
export type {
  CalendarOf,
  Calendars,
  Session,
  SessionCalendar,
  WrittenCalendar,
} from './sessions/session-calendar.ts';
export { sessionDay } from './sessions/session-day.ts';
export { parseSessionsFile, type ReadSessions } from './sessions/sessions-file.ts';
export {
  lanesOfNode,
  nodeOfLane,
  nodeOfStock,
  nodeText,
  type StoreNode,
  unevenExchanges,
  WHOLE_STORE,
} from './store-node.ts';
export { MAX_SYMBOL_LENGTH, symbolProblem } from './symbol.ts';
export { comparePrices, compareTicks, type SequencedTick, type Tick } from './tick.ts';
export type { TickRules } from './tick-rules.ts';
export { namedZone, TimeZone } from './time-zone.ts';
export { type OffsetSpan, offsetSpans } from './zone-offsets.ts';
