import { type CalendarOf, DEFAULT_EXCHANGES, type FeedServer, isExchangeName, type LaneCounts } from '@tickwatch/core';
import { type EnvReader, feedServer, sessionCalendars } from '@tickwatch/runtime';

export interface GeneratorConfig {
  readonly exchanges: readonly string[];
  /** Where messages go. Not needed when a sink is given. */
  readonly server: FeedServer | undefined;
  /** How many lanes each exchange has: streams have one key each. */
  readonly lanes: LaneCounts;
  /** Time between two steps of all prices, in ms. */
  readonly intervalMs: number;
  /** A steady load in ticks a second over all stocks, instead of a step of all prices every interval. */
  readonly ticksPerSecond: number | undefined;
  /** JSON file with the stocks. */
  readonly stocksFile: string | undefined;
  /** Number of invented stocks, instead of the six known ones or a file. */
  readonly stockCount: number | undefined;
  /** `cents`: up to ±0.50 a step, whatever the price; `percent`: as on a market. */
  readonly moves: 'cents' | 'percent';
  /** When exchanges are open, where prices stand still while they are closed; `undefined`: they never are. */
  readonly calendarOf: CalendarOf | undefined;
  /** The same seed gives the same prices; a random one when not set. */
  readonly seed: number | undefined;
  /** Messages are JSON objects that carry a number, one more for each of their lane, instead of the text form. */
  readonly isNumbered: boolean;
  /** Where /healthz, /readyz and /metrics are served; `undefined`: nowhere. */
  readonly health: { readonly host: string; readonly port: number } | undefined;
}

export function generatorConfig(env: EnvReader): GeneratorConfig {
  const stocksFile = env.optionalText('GENERATOR_STOCKS_FILE');
  const stockCount = env.optionalInteger('GENERATOR_STOCKS', { min: 1, max: 1_000_000 });
  if (stocksFile !== undefined && stockCount !== undefined) {
    env.problem('GENERATOR_STOCKS and GENERATOR_STOCKS_FILE are both set; keep one');
  }
  const exchanges = env.list('EXCHANGES', DEFAULT_EXCHANGES, isExchangeName);
  const calendars = sessionCalendars(env, env.file('SESSIONS_FILE'));
  return {
    exchanges,
    lanes: env.lanes('LANES', exchanges),
    server: feedServer(env),
    intervalMs: env.integer('GENERATOR_INTERVAL_MS', { default: 100, min: 1, max: 3_600_000 }),
    ticksPerSecond: env.optionalInteger('GENERATOR_TICKS_PER_SECOND', { min: 1, max: 10_000_000 }),
    stocksFile,
    stockCount,
    moves: env.choice('GENERATOR_MOVES', ['cents', 'percent'], 'cents'),
    calendarOf: env.flag('GENERATOR_SESSIONS', false) ? calendars.of : undefined,
    seed: env.optionalInteger('GENERATOR_SEED', { min: 0, max: 0xffff_ffff }),
    isNumbered: env.flag('GENERATOR_NUMBERED', false),
    health: {
      host: env.text('HOST', { default: '127.0.0.1' }),
      port: env.integer('PORT', { default: 9101, min: 0, max: 65_535 }),
    },
  };
}
