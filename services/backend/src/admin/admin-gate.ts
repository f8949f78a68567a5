import type { Logger } from '@tickwatch/runtime';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { type ProblemReply, problem, sendProblem } from '../http/problem-reply.ts';
import { sameToken } from './same-token.ts';
import { WRONG_TRIES, WrongTries } from './wrong-tries.ts';

/** How a service without a token says how to set one. */
export const NO_TOKEN_SET =
  'Nothing can be changed here, because no ADMIN_TOKEN is set. Set it (of the stack of containers, in .env) to 16 characters or more, such as `openssl rand -base64 32` writes, and start again.';

const SHOW_TOKEN = 'This is for the administrator: show the header "Authorization: Bearer <ADMIN_TOKEN>".';
const WRONG_TOKEN = 'The token is not the ADMIN_TOKEN of this server.';
const CHALLENGE = 'Bearer realm="tickwatch"';
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;
const administrators = new WeakSet<FastifyRequest>();

/** Whether the gate let it through. */
export function isAdministrators(request: FastifyRequest): boolean {
  return administrators.has(request);
}

/** Whether a token is shown, whichever. */
export function showsToken({ headers }: FastifyRequest): boolean {
  return BEARER.test(headers.authorization ?? '');
}

/**
 * Lets through whoever shows the administrator's token. Others get 401, after some wrong tokens of their address 429
 * without a look at more; where no token is set, everybody gets 403. Runs before anything else of a request is read.
 * @param token `undefined`: none is set
 */
export function createAdminGate(token: string | undefined, log: Logger): onRequestAsyncHookHandler {
  const isRight = token === undefined ? undefined : sameToken(token);
  const tries = new WrongTries();
  return async function adminGate(request, reply) {
    const refuse = (answer: ProblemReply, challenge?: string) => {
      if (challenge !== undefined) reply.header('www-authenticate', challenge);
      return sendProblem(reply, answer);
    };
    if (isRight === undefined) return refuse({ problem: problem(403, NO_TOKEN_SET) });
    const given = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return refuse({ problem: problem(401, SHOW_TOKEN) }, CHALLENGE);
    const wait = tries.waitSeconds(request.ip);
    if (wait > 0) {
      const detail = `${WRONG_TRIES} wrong tokens came from this address: come back in ${wait} s.`;
      return refuse({ problem: problem(429, detail), retryAfter: wait });
    }
    if (isRight(given)) {
      administrators.add(request);
      return;
    }
    tries.note(request.ip);
    // At most so many lines a minute and address as there are tries.
    log.warn({ event: 'admin_refused', client: request.ip, method: request.method }, 'a wrong administrator token');
    return refuse({ problem: problem(401, WRONG_TOKEN) }, `${CHALLENGE}, error="invalid_token"`);
  };
}
