// Apart from the schemas, which only whoever answers over HTTP needs.

/** The most candles that one answer may hold. */
export const MAX_CANDLES = 100_000;
/** An answer names at most so many holes. */
export const MAX_HOLES = 100;
/** The most rows of one answer about outliers. */
export const MAX_OUTLIERS = 1000;
export const MAX_REJECTED_CHARACTERS = 1000;
/** The most ticks of a page of the market. */
export const MAX_MARKET_TICKS = 50_000;
/** Times as fast as it was, and the word for as fast as it is taken. */
export const SLOWEST_REPLAY = 0.1;
export const FASTEST_REPLAY = 1000;
export const UNPACED = 'unpaced';
/** The most stocks that one question, or one replay, may name. */
export const MAX_NAMED_STOCKS = 1000;
