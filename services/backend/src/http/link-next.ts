import type { FastifyReply, FastifyRequest } from 'fastify';

/** Says where the next page is: the same question from the cursor on; relative, so that it holds behind any proxy. */
export function linkNext(request: FastifyRequest, reply: FastifyReply, cursor: string): void {
  const [path = '', search = ''] = request.url.split('?', 2);
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', cursor);
  reply.header('link', `<${path}?${parameters}>; rel="next"`);
}
