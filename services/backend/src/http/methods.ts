import type { FastifyInstance } from 'fastify';
import { problem, sendProblem } from './problem-reply.ts';

/**
 * Remembers the paths that are registered from now on, with their methods.
 * @returns a function to call after the routes: from then on, other methods on those paths answer 405 with `Allow`
 */
export function watchMethods(app: FastifyInstance): () => void {
  const paths = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ method, url }) => {
    // That for HEAD comes behind that for GET, for some paths under another name.
    if (url.includes('*') || method === 'HEAD') return;
    const known = paths.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    if (known.has('GET')) known.add('HEAD');
    paths.set(url, known);
  });
  return () => {
    for (const [url, known] of [...paths]) {
      const allowed = [...known].sort(byPlace);
      const only = `Only ${new Intl.ListFormat('en').format(allowed)} ${allowed.length === 1 ? 'is' : 'are'} answered here.`;
      app.route({
        method: app.supportedMethods.filter((method) => !known.has(method)),
        url,
        schema: { hide: true },
        config: { refusesMethod: true },
        // Before the body is looked at: whatever it is, it isn't wanted.
        onRequest: async (_request, reply) =>
          sendProblem(reply.header('allow', allowed.join(', ')), { problem: problem(405, only) }),
        handler: async () => {},
      });
    }
  };
}

/** Reading first. */
function byPlace(a: string, b: string): number {
  const order = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return order.indexOf(a) - order.indexOf(b);
}
