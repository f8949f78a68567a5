import fc from 'fast-check';

/** A small world: moments are whole numbers up to `now`. */
export interface MissingCase {
  readonly exchanges: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly now: number;
  readonly firstTicks: ReadonlyMap<string, number>;
  readonly listening: ReadonlyMap<string, Listening>;
  readonly holes: readonly CaseHole[];
  readonly spans: readonly CaseSpan[];
  /** `undefined`: no calendar. */
  readonly sessions: readonly (readonly [open: number, close: number])[] | undefined;
}

export interface Listening {
  readonly listened: number;
  /** `undefined`: the tail answers. */
  readonly edge: { readonly at: number; readonly lastTick: number } | undefined;
}

export interface CaseHole {
  readonly exchange: string;
  readonly from: number;
  readonly to: number;
  readonly messages: number | undefined;
  readonly source: string | undefined;
}

export interface CaseSpan {
  readonly exchange: string;
  readonly from: number;
  readonly to: number;
  readonly source: string;
}

const NOW = 60;
const exchange = fc.constantFrom('NASDAQ', 'NYSE');
const moment = fc.integer({ min: 0, max: NOW });
const source = fc.constantFrom('one', 'two');
const ends = fc.tuple(moment, fc.integer({ min: 0, max: 20 })).map(([from, length]) => ({
  from,
  to: Math.min(NOW, from + length),
}));

const hole: fc.Arbitrary<CaseHole> = fc
  .record({
    exchange,
    ends,
    messages: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    source: fc.option(source, { nil: undefined }),
  })
  .map(({ ends: both, ...rest }) => ({ ...rest, ...both }));

const span: fc.Arbitrary<CaseSpan> = fc.record({ exchange, ends, source }).map(({ ends: both, ...rest }) => ({
  ...rest,
  ...both,
}));

const listening: fc.Arbitrary<Listening | undefined> = fc.option(
  fc
    .record({
      listened: moment,
      more: fc.integer({ min: 1, max: 30 }),
      since: fc.integer({ min: 0, max: 5 }),
      isLive: fc.boolean(),
    })
    .map(({ listened, more, since, isLive }) => {
      const at = Math.min(NOW, listened + more);
      return {
        listened,
        edge: isLive || at <= listened ? undefined : { at, lastTick: Math.max(listened, at - since) },
      };
    }),
  { nil: undefined },
);

const sessions = fc.option(
  fc.uniqueArray(moment, { minLength: 2, maxLength: 6 }).map((all) => {
    const sorted = all.toSorted((a, b) => a - b);
    return sorted.flatMap((open, i) => {
      const close = sorted[i + 1];
      return i % 2 === 0 && close !== undefined ? [[open, close] as const] : [];
    });
  }),
  { nil: undefined },
);

export const missingCase: fc.Arbitrary<MissingCase> = fc
  .record({
    asked: fc.constantFrom(['NASDAQ'], ['NYSE'], ['NASDAQ', 'NYSE']),
    range: fc.tuple(moment, moment),
    first: fc.tuple(fc.option(moment, { nil: undefined }), fc.option(moment, { nil: undefined })),
    listening: fc.tuple(listening, listening),
    holes: fc.array(hole, { maxLength: 6 }),
    spans: fc.array(span, { maxLength: 5 }),
    sessions,
  })
  .map(({ asked, range: [a, b], first: [one, other], listening: [nasdaq, nyse], ...rest }) => ({
    ...rest,
    exchanges: asked,
    start: Math.min(a, b),
    end: Math.max(a, b),
    now: NOW,
    firstTicks: new Map([
      ...(one === undefined ? [] : [['NASDAQ', one] as const]),
      ...(other === undefined ? [] : [['NYSE', other] as const]),
    ]),
    listening: new Map([
      ...(nasdaq === undefined ? [] : [['NASDAQ', nasdaq] as const]),
      ...(nyse === undefined ? [] : [['NYSE', nyse] as const]),
    ]),
  }));
