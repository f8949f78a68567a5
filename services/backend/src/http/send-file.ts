import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MadeFile } from '../made/file-entry.ts';
import { byteRange } from './byte-range.ts';
import { namesStrongly, namesWeakly } from './entity-tags.ts';
import { problem, sendProblem } from './problem-reply.ts';

/** Sends a file, or the part that is asked for (RFC 9110, 13 and 14), exactly as long as it says. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, name }: { readonly type: string; readonly name: string },
  { file, tag }: Pick<MadeFile<unknown>, 'file' | 'tag'>,
): FastifyReply {
  const { headers } = request;
  reply.header('etag', tag).header('accept-ranges', 'bytes');
  if (headers['if-match'] !== undefined && !namesStrongly(headers['if-match'], tag)) {
    return sendProblem(reply, { problem: problem(412, 'The file is another one by now: read it from its start.') });
  }
  if (namesWeakly(headers['if-none-match'], tag)) return reply.code(304).send();
  const isPart = request.method === 'GET' && isSameFile(headers['if-range'], tag);
  const range = isPart ? byteRange(headers.range, file.size) : undefined;
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.size}`);
    return sendProblem(reply, { problem: problem(416, `The file has ${file.size} bytes.`) });
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${file.size}`);
  // Whoever stops reading must not keep the file for ever.
  reply.raw.setTimeout(READER_STALL_MS, () => reply.raw.destroy());
  reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('content-length', end - start);
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : Readable.from(file.read(start, end), BYTES));
}

const READER_STALL_MS = 60_000;
const BYTES = { objectMode: false, highWaterMark: 1 << 18 };

/** A date instead of a tag is none that was ever given. */
function isSameFile(header: string | string[] | undefined, tag: string): boolean {
  return header === undefined || header === tag;
}
