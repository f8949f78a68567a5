import type { FastifyReply, FastifyRequest } from 'fastify';
import { addLink } from './links.ts';

/** Says where the next page is: the same question from the cursor on; relative, so that it holds behind any proxy. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, cursor: string): void {
  const [path = '', search = ''] = request.url.split('?', 2);
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', cursor);
  addLink(reply, `${path}?${parameters}`, 'next');
}
