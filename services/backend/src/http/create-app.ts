import type { Socket } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { PROBLEM_TYPE } from '@tickwatch/core';
import type { Logger, TrustedProxies } from '@tickwatch/runtime';
import Fastify from 'fastify';
import type { App } from './app.ts';
import { exactNumbers } from './exact-numbers.ts';
import { BODY_LIMIT_KIB, problem, problemOf, sendProblem } from './problem-reply.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** An HTTP server without routes, all of whose errors are `application/problem+json`. */
export function createApp(trustProxy: TrustedProxies, log: Logger): App {
  const app = Fastify({
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    bodyLimit: BODY_LIMIT_KIB * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2048 },
    // Verbose: errors hold what was given.
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, verbose: true } },
    frameworkErrors: (error, _request, reply) => {
      // No hook ever sees such a request.
      sendProblem(reply.headers(SECURITY_HEADERS), problemOf(error));
    },
    clientErrorHandler: answerUnreadable,
  }).withTypeProvider<TypeBoxTypeProvider>();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Some send the header with whatever they ask. Who reads a body says that it is missing.
    if (body === '') return done(null, undefined);
    return parseJson(request, exactNumbers(String(body)), done);
  });
  app.setErrorHandler((error, request, reply) => {
    const answer = problemOf(error);
    const { status } = answer.problem;
    // Whoever hung up gave the question up, and the database is not away.
    const isGivenUp = status === 503 && reply.raw.closed;
    if (status >= 500 && !isGivenUp) logFailure(log, request.url, error, status);
    return sendProblem(reply, answer);
  });
  return app;
}

function logFailure(log: Logger, url: string, error: unknown, status: number): void {
  const [path] = url.split('?', 1);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
  const fields = { event: 'request_failed', path, status, error: String(error), cause };
  if (status === 503) log.warn(fields, 'a request could not be answered');
  else log.error({ ...fields, stack: error instanceof Error ? error.stack : undefined }, 'a request failed');
}

/** Answers what is no HTTP at all, as far as the peer still listens. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify(problem(status));
  socket.end(
    `HTTP/1.1 ${status} Error\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${body.length}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}
