import type { FastifyReply } from 'fastify';

/** Adds to the header `Link`. */
export function addLink(reply: FastifyReply, target: string, relation: string): void {
  const before = reply.getHeader('link');
  const link = `<${target}>; rel="${relation}"`;
  reply.header('link', before === undefined ? link : `${before}, ${link}`);
}
