import { PROBLEM_TYPE, type Problem } from '@tickwatch/core';
import {
  BadQuestionError,
  LockTableFullError,
  NodeAwayError,
  ReadBusyError,
  ReadTimeoutError,
  StoreUnavailableError,
  WrongNodeError,
} from '@tickwatch/store';
import type { FastifyError, FastifyReply } from 'fastify';
import { FilesFullError, FileTooLongError } from '../made/spooled-file.ts';
import { nearestValue } from './nearest-value.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authorized',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Not as things are',
  412: 'Not the same any more',
  413: 'Too large',
  414: 'The address is too long',
  415: 'Unsupported media type',
  416: 'No such part',
  422: 'Unprocessable request',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'Bad answer from another service',
  503: 'Not available now',
};

/** The request is wrong in one parameter. */
export class ParameterError extends Error {
  readonly code = 'PARAMETER';
  override readonly name = 'ParameterError';
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

const LONGEST_QUOTE = 60;

/** What somebody gave, for an error's text. */
export function quoted(value: unknown): string {
  const text = String(value);
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

/** What was asked for does not exist. */
export class NotFoundError extends Error {
  readonly code = 'NOT_FOUND';
  override readonly name = 'NotFoundError';
}

/** What was asked for can't be done as things are. */
export class ConflictError extends Error {
  readonly code = 'CONFLICT';
  override readonly name = 'ConflictError';
}

/** There is no database here that could be changed; the message says what to set. */
export class NotWritableError extends Error {
  readonly code = 'NOT_WRITABLE';
  override readonly name = 'NotWritableError';
}

/** What was asked for needs a server that this one does without; the message says what to set. */
export class NotProvidedError extends Error {
  readonly code = 'NOT_PROVIDED';
  override readonly name = 'NotProvidedError';
}

export interface ProblemReply {
  readonly problem: Problem;
  /** Seconds; for the header `Retry-After`. */
  readonly retryAfter?: number;
}

/** The one place where an error becomes an answer. Texts of drivers and stack traces never do. */
export function problemOf(error: unknown): ProblemReply {
  if (error instanceof ParameterError || error instanceof BadQuestionError) {
    return { problem: problem(422, error.message, error.parameter) };
  }
  if (error instanceof NotFoundError) return { problem: problem(404, error.message) };
  if (error instanceof ConflictError) return { problem: problem(409, error.message) };
  if (error instanceof NotProvidedError) return { problem: problem(503, error.message), retryAfter: 60 };
  if (error instanceof NotWritableError) return { problem: problem(503, error.message), retryAfter: 60 };
  if (error instanceof LockTableFullError) {
    return { problem: problem(503, `${error.message}. Nothing is lost.`), retryAfter: 5 };
  }
  if (error instanceof NodeAwayError || error instanceof WrongNodeError) {
    return { problem: problem(503, `${sentence(error.message)} What was received meanwhile is kept.`), retryAfter: 2 };
  }
  if (error instanceof StoreUnavailableError) {
    return { problem: problem(503, 'The database is away. What was received meanwhile is kept.'), retryAfter: 2 };
  }
  if (error instanceof ReadBusyError) {
    return { problem: problem(503, `The server is busy: ${error.message}.`), retryAfter: 1 };
  }
  if (error instanceof ReadTimeoutError) {
    return { problem: problem(503, 'The answer took too long. Ask for a shorter range.'), retryAfter: 5 };
  }
  if (error instanceof FilesFullError) {
    return { problem: problem(503, `There is no room for the file now: ${error.message}.`), retryAfter: 10 };
  }
  if (error instanceof FileTooLongError) {
    return { problem: problem(422, `${error.message} (FILES_MAX_BYTES): ask for a shorter range`, 'format') };
  }
  return { problem: frameworkProblem(error) };
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

export function problem(status: number, detail?: string, parameter?: string): Problem {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(parameter === undefined ? {} : { parameter }),
  };
}

export function sendProblem(reply: FastifyReply, { problem, retryAfter }: ProblemReply): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  // TradingView's library looks at neither status nor type, but at these two.
  const isUdf = reply.request.url.startsWith('/api/udf/');
  const udf = isUdf ? { s: 'error', errmsg: problem.detail ?? problem.title } : {};
  // A buffer, because Fastify would add a charset to the type of a text.
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify({ ...problem, ...udf })));
}

/** Bodies are few and small: a thousand names at most. */
export const BODY_LIMIT_KIB = 64;
const ONLY_JSON = 'A body is read as JSON only: send it with the header "Content-Type: application/json".';

function frameworkProblem(error: unknown): Problem {
  if (!(error instanceof Error)) return problem(500);
  const { validation, statusCode = 500 } = error as Partial<FastifyError>;
  if (validation !== undefined) return validationProblem(error as FastifyError);
  if (statusCode === 413) return problem(413, `The body is longer than ${BODY_LIMIT_KIB} KiB: send less.`);
  if (statusCode === 415) return problem(415, ONLY_JSON);
  if (statusCode >= 400 && statusCode < 500) return problem(statusCode, error.message);
  return problem(500);
}

function validationProblem(error: FastifyError): Problem {
  const [first] = error.validation ?? [];
  const missing = first?.params.missingProperty;
  const wrong = first?.instancePath.split('/')[1];
  const name = typeof missing === 'string' ? missing : wrong;
  const allowed = first?.params.allowedValues ?? first?.params.allowedValue;
  const values = Array.isArray(allowed) ? ` (${allowed.join(', ')})` : '';
  const data = (first as { readonly data?: unknown } | undefined)?.data;
  const nearest =
    Array.isArray(allowed) && typeof data === 'string' ? nearestValue(data, allowed.map(String)) : undefined;
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  if (typeof missing === 'string') return problem(422, `${missing} is missing`, missing);
  const given = wrong === undefined ? '' : ` ${quoted(data)}`;
  return problem(422, `${name ?? 'The request'}${given} ${first?.message ?? 'is not valid'}${values}${hint}`, name);
}
