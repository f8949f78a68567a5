import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from './app.ts';
import { problem, sendProblem } from './problem-reply.ts';

const STOCK = '/:stock_name';

/**
 * Remembers the paths that are registered from now on, for what is said of a path that there isn't.
 * @param fallback answers GET and HEAD outside `/api`, such as the client's files; without one: 404
 */
export function answerTheRest(
  app: App,
  fallback: ((request: IncomingMessage, response: ServerResponse) => void) | undefined,
): void {
  const routes = new Set<string>();
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (method === 'GET' && schema?.hide !== true) routes.add(url);
  });
  app.setNotFoundHandler((request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (fallback !== undefined && isRead && !/^\/api(?:[/?]|$)/.test(request.url)) {
      reply.hijack();
      fallback(request.raw, reply.raw);
      return;
    }
    return sendProblem(reply, { problem: problem(404, missing(request.url, routes)) });
  });
}

function missing(url: string, routes: ReadonlySet<string>): string {
  const [path = '', ...search] = url.split('?');
  const query = search.length === 0 ? '' : `?${search.join('?')}`;
  const nothing = `There is nothing at ${path}`;
  const whole = path.replace(/\/+$/, '');
  if (whole !== path && routes.has(whole)) return `${nothing}: without the "/" at the end it is ${whole}${query}.`;
  for (const route of routes) {
    if (!route.endsWith(STOCK)) continue;
    const folder = route.slice(0, -STOCK.length);
    if (whole === folder) return `${nothing}: name a stock, as in ${folder}/AAPL.`;
    if (!path.startsWith(`${folder}/`)) continue;
    const name = path.slice(folder.length + 1);
    if (name.indexOf('/') === name.length - 1) {
      return `${nothing}: without the "/" at the end it is ${whole}${query}.`;
    }
    return `${nothing}: a "/" inside a stock's name is written %2F, as in ${folder}/${name.replaceAll('/', '%2F')}${query}.`;
  }
  return `${nothing}.`;
}
