import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Smaller answers aren't worth the work. */
const GZIP_FROM_BYTES = 1024;
const FAST = { level: constants.Z_BEST_SPEED };
const gzipWhole = promisify(gzip);

/** Sends text, compressed when the asker takes that. A stream is sent with backpressure and destroyed when the asker leaves. */
export async function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  body: string | Buffer | Readable,
): Promise<FastifyReply> {
  reply.type(type);
  const zip = acceptsGzip(request.headers['accept-encoding']);
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    if (!zip || body.length < GZIP_FROM_BYTES) return reply.send(body);
    return reply.header('content-encoding', 'gzip').send(await gzipWhole(body, FAST));
  }
  if (!zip) return reply.send(body);
  // A failure destroys both; the answer then ends without its last chunk, which every HTTP client notices.
  const zipped = pipeline(body, createGzip(FAST), () => {});
  return reply.header('content-encoding', 'gzip').send(zipped);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((item) => {
      const [coding = '', ...parameters] = item.trim().split(';');
      const refused = parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
      return (coding === 'gzip' || coding === '*') && !refused;
    });
}
