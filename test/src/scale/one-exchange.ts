/** What several subscribers share: lanes of one exchange. */
export const ONE_EXCHANGE = ['NASDAQ'];
export const LANES = 4;
export const PER_SECOND = 1000;
