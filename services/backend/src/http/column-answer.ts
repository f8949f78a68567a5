import type { ColumnFormat } from '@tickwatch/core';
import type { Completeness, Reach } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyDigitsError } from '../columns/price-kind.ts';
import type { Making } from '../made/file-entry.ts';
import type { MadeFiles } from '../made/made-files.ts';
import { COLUMN_TYPES } from './answer-format.ts';
import { isClosed } from './caching.ts';
import { type AskedRange, completenessHeaders, completenessTag } from './completeness.ts';
import { listedTags } from './entity-tags.ts';
import { leaveSignal } from './leave-signal.ts';
import { ParameterError } from './problem-reply.ts';
import { reachHeaders } from './reach-headers.ts';
import { sendFile } from './send-file.ts';

/** Sets the headers that say what a file is. */
export type ColumnHead = (reply: FastifyReply) => void;
export type ColumnFiles = MadeFiles<ColumnHead>;

export interface ColumnAnswer {
  readonly question: AskedRange;
  readonly reach: Reach;
  readonly missing: Completeness;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** More headers. */
  readonly head?: ColumnHead;
}

export interface ColumnRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly format: ColumnFormat;
  /** Of the file, without its ending. */
  readonly name: string;
  /** All that the answer depends on. */
  readonly asked: object;
}

/** Answers with a file of columns, which is made if it is not there. @throws ParameterError the columns can't hold the prices */
export async function sendColumns(
  files: ColumnFiles,
  { request, reply, format, name, asked }: ColumnRequest,
  ask: (signal: AbortSignal) => Promise<ColumnAnswer>,
): Promise<FastifyReply> {
  const { headers, method } = request;
  const wanted = {
    key: JSON.stringify([request.routeOptions.url, format, asked]),
    client: `${request.ip} ${headers['user-agent']}`,
    wants: method === 'HEAD' ? 'head' : wantsOf(headers.range),
    tags: [headers['if-match'], headers['if-range']].flatMap((header) => listedTags(header?.toString())),
    signal: leaveSignal(reply),
  } as const;
  const made = await files.get(wanted, async (signal) => makingOf(await ask(signal))).catch(toParameter);
  if (reply.raw.destroyed) made.file.release();
  else reply.raw.once('close', () => made.file.release());
  made.head(reply);
  const fileName = `${name.replace(/[^\w.-]+/g, '_')}.${format}`;
  return sendFile(request, reply, { type: COLUMN_TYPES[format], name: fileName }, made);
}

function wantsOf(range: string | undefined): 'whole' | 'foot' | 'part' {
  if (range === undefined) return 'whole';
  return /^bytes\s*=\s*-/i.test(range.trim()) ? 'foot' : 'part';
}

function makingOf({ question, reach, missing, pieces, head }: ColumnAnswer): Making<ColumnHead> {
  return {
    pieces,
    headTag: completenessTag(missing),
    head: (reply) => {
      reachHeaders(reply, reach);
      completenessHeaders(reply, missing, question);
      reply.header('vary', 'Accept');
      reply.header('cache-control', isClosed(question.end, reach) ? 'no-cache' : 'no-store');
      head?.(reply);
    },
  };
}

function toParameter(error: unknown): never {
  if (!(error instanceof TooManyDigitsError)) throw error;
  throw new ParameterError('format', `${error.message}: take decimals=string, or csv, ndjson or json`);
}
