import {
  COMPLETE_HEADER,
  LAST_SEQ_HEADER,
  LAST_TICK_HEADER,
  POSITION_HEADER,
  PROBLEM_TYPE,
  TAIL_HEADER,
} from '@tickwatch/core';
import { Problem } from '@tickwatch/core/http';
import { type TSchema, Type } from 'typebox';
import { BEARER_AUTH } from '../admin/admin-only.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Of files of columns. */
export const COLUMN_FILE_TYPES = ['application/vnd.apache.parquet', 'application/vnd.apache.arrow.file'] as const;

const reachHeaderDocs = {
  [POSITION_HEADER]: {
    description:
      'How far the answer reaches in each lane (a part of an exchange), as the `seq` of its last tick: `NASDAQ/0=123,NYSE/0=456`. Empty while nothing was received.',
    type: 'string',
  },
  [TAIL_HEADER]: {
    description:
      '`unavailable`: the newest seconds are missing, because a subscriber could not be asked or nobody leads a lane.',
    type: 'string',
    enum: ['unavailable'],
  },
  'X-Raw-From': { description: 'Single ticks before this are no longer kept.', type: 'string', format: 'date-time' },
};

const lastTickDocs = {
  [LAST_TICK_HEADER]: {
    description:
      'Time of the newest tick in the answer. A live tick with an earlier time came late: it does not set a close.',
    type: 'string',
    format: 'date-time',
  },
  [LAST_SEQ_HEADER]: {
    description: 'Its `seq`: of ticks of one time, the one with the higher number is the later. 0: not known.',
    type: 'integer',
  },
};

const completenessDocs = {
  [COMPLETE_HEADER]: {
    description:
      '`true`: nothing that was published in the range is missing in the answer, as far as the system can know. `false`: something is, or may be.',
    type: 'string',
    enum: ['true', 'false'],
  },
  Link: { description: '`rel="gaps"`: what is missing, and why, in the same range.', type: 'string' },
};

const locationDocs = { Location: { description: 'The path of what was made.', type: 'string' } };

const problemContent = { [PROBLEM_TYPE]: { schema: Problem } };
const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not readable',
  401: 'No token was shown, or a wrong one; header `WWW-Authenticate` says which is asked for',
  403: 'No `ADMIN_TOKEN` is set, so that nobody may change anything; the detail says how to set it',
  404: 'There is no such thing',
  405: 'Another method than those of this path; header `Allow` has them',
  409: 'It can’t be done as things are; the detail says what is in the way',
  412: 'The file is not the one of `If-Match` any more',
  413: 'The body is longer than 64 KiB',
  415: 'The body is not `application/json`',
  416: 'The file has no such part',
  422: 'A parameter, or a member of the body, is wrong, not known, empty or given twice; the member `parameter` names it',
  429: 'Too many requests; header `Retry-After` says when to come back',
  431: 'The request line and its headers are longer than 16 KiB',
  500: 'A fault of the server',
  503: 'The database is away or busy; header `Retry-After` says when to come back',
};

export interface RouteText {
  readonly tag: 'prices' | 'stocks' | 'system' | 'alerts' | 'administration' | 'TradingView UDF';
  /** Whether the administrator's token has to be shown; whatever changes something needs it. `more`: it is told more. */
  readonly admin?: boolean | 'more';
  /** Whether it makes something, and says where that is. */
  readonly makes?: boolean;
  /** Whether it reads a body. */
  readonly reads?: boolean;
  /** Whether it can be refused because of how things are. */
  readonly conflicts?: boolean;
  readonly summary: string;
  readonly description?: string;
  /** Of the JSON answer. */
  readonly answer: TSchema;
  /** Other media types of the same answer; they are text. */
  readonly otherTypes?: readonly string[];
  /** Whether it also comes as a file of columns, whole or in parts. */
  readonly columns?: boolean;
  /** Whether 304 can be answered. */
  readonly cached?: boolean;
  readonly reach?: boolean;
  /** Whether the answer names the time of its newest tick. */
  readonly lastTick?: boolean;
  /** Whether the answer says if it lacks anything. */
  readonly completeness?: boolean;
}

function headersOf({ reach, lastTick, completeness }: RouteText) {
  if (!reach) return {};
  const more = { ...(lastTick ? lastTickDocs : {}), ...(completeness ? completenessDocs : {}) };
  return { headers: { ...reachHeaderDocs, ...more } };
}

/** What OpenAPI says about a route, beside its parameters. */
export function routeSchema(text: RouteText) {
  const admin = text.admin === true || text.admin === 'more';
  const free = text.admin === 'more' ? [{}] : [];
  const some = [
    ...(admin ? [401, 403] : []),
    ...(text.reads ? [413, 415] : []),
    ...(text.conflicts ? [409] : []),
    ...(text.columns ? [412, 416] : []),
  ];
  const statuses = [400, 404, 405, 422, 429, 431, 500, 503, ...some].sort((a, b) => a - b);
  const other = Object.fromEntries((text.otherTypes ?? []).map((type) => [type, { schema: Type.String() }]));
  const columns = text.columns ? Object.fromEntries(COLUMN_FILE_TYPES.map((type) => [type, { schema: {} }])) : {};
  return {
    tags: [text.tag],
    summary: text.summary,
    ...(admin ? { security: [...free, { [BEARER_AUTH]: [] }] } : {}),
    ...(text.description === undefined ? {} : { description: text.description }),
    response: {
      [text.makes ? 201 : 200]: {
        description: text.makes ? 'It is made' : 'The answer',
        ...(text.makes ? { headers: locationDocs } : headersOf(text)),
        content: { 'application/json': { schema: text.answer }, ...other, ...columns },
      },
      ...(text.columns ? { 206: { description: 'The part of the file', ...headersOf(text), content: columns } } : {}),
      ...(text.cached ? { 304: { description: 'You have it already', type: 'null' } } : {}),
      ...Object.fromEntries(
        statuses.map((status) => [status, { description: PROBLEMS[status] ?? '', content: problemContent }]),
      ),
    },
  };
}
