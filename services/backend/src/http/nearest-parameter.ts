import { editDistance } from '@tickwatch/core';

/** What other systems call our parameters, without underscores; the first one that a route takes is meant. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  start_time: [
    'start',
    'from',
    'since',
    'begin',
    'after',
    'startdate',
    'fromdate',
    'date',
    'day',
    'gte',
    'timefrom',
    't1',
  ],
  end_time: ['end', 'to', 'until', 'till', 'before', 'stop', 'enddate', 'todate', 'lte', 'timeto', 't2'],
  from: ['start', 'since', 'begin', 'starttime', 'startdate'],
  to: ['end', 'until', 'till', 'endtime', 'enddate'],
  time: [
    'at',
    'asof',
    'timestamp',
    'ts',
    'moment',
    'date',
    'day',
    'when',
    'datetime',
    'start',
    'end',
    'starttime',
    'endtime',
  ],
  timezone: ['tz', 'zone', 'tzname', 'tzid', 'zoneid'],
  symbol: ['ticker', 'stock', 'stockname', 'name', 'code', 'instrument'],
  stock: ['symbol', 'ticker', 'stockname', 'name', 'code', 'instrument'],
  closed: ['filled', 'all'],
  days: ['count', 'n', 'limit', 'last'],
  reason: ['why', 'cause', 'kind', 'type'],
  interval: [
    'resolution',
    'period',
    'width',
    'granularity',
    'timeframe',
    'tf',
    'step',
    'bar',
    'barsize',
    'bucket',
    'size',
  ],
  resolution: ['interval', 'period', 'granularity', 'timeframe', 'tf', 'step'],
  exchange: ['exchangename', 'market', 'venue', 'mic', 'exch'],
  align: ['alignment', 'session', 'anchor', 'origin'],
  limit: ['count', 'max', 'rows', 'n', 'size', 'pagesize', 'perpage', 'top', 'first'],
  countback: ['count', 'bars', 'limit', 'n'],
  cursor: ['page', 'offset', 'next', 'token', 'skip', 'pagetoken'],
  order: ['sort', 'direction', 'orderby', 'sortorder', 'dir'],
  format: ['type', 'output', 'accept'],
  decimals: ['precision', 'digits', 'numbers'],
  fill: ['gaps', 'gapfill', 'missing', 'fillmethod'],
  points: ['samples', 'downsample', 'maxpoints', 'count'],
  buckets: ['steps', 'bins', 'count', 'interval'],
  query: ['q', 'search', 'text', 'filter'],
};

/** The parameter of a route that somebody most likely meant; `undefined`: none is near. */
export function nearestParameter(name: string, known: readonly string[]): string | undefined {
  const wanted = bare(name);
  if (wanted === '') return undefined;
  return (
    known.find((parameter) => bare(parameter) === wanted) ??
    known.find((parameter) => OTHER_NAMES[parameter]?.includes(wanted)) ??
    closest(wanted, known)
  );
}

/** Whether somebody wants to name a stock. */
export function meansStock(name: string): boolean {
  return bare(name) === 'symbol' || (OTHER_NAMES.symbol?.includes(bare(name)) ?? false);
}

function closest(wanted: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const near = known
    .map((parameter) => ({ parameter, distance: editDistance(wanted, bare(parameter), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  const begun = known.find((parameter) => wanted.length >= 3 && bare(parameter).startsWith(wanted));
  return near[0]?.parameter ?? begun;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
