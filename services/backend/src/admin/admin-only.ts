import type { onRequestAsyncHookHandler, RouteOptions } from 'fastify';
import type { App } from '../http/app.ts';

/** The name of the scheme in the OpenAPI document. */
export const BEARER_AUTH = 'bearerAuth';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route refuses a method for everybody, so that nobody has to show anything. */
    readonly refusesMethod?: boolean;
  }
}

/**
 * From now on every route that changes something, by its method, asks for the administrator's token, and so does every
 * other that `routeSchema` calls `admin`. Call before the routes.
 * @throws where such a route is not documented as one: it is registered by a programmer
 */
export function adminOnly(app: App, gate: onRequestAsyncHookHandler): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.refusesMethod) return;
    const documented = isDocumented(route);
    const changes = [route.method].flat().some((method) => !READS.has(method));
    if (changes && !documented) throw new Error(`${route.method} ${route.url} changes something: call it admin`);
    if (!documented) return;
    const others = [route.onRequest ?? []].flat();
    // The route for HEAD comes with what that for GET was given.
    if (!others.includes(gate)) route.onRequest = [gate, ...others];
  });
}

function isDocumented({ schema }: RouteOptions): boolean {
  return schema?.security?.some((scheme) => BEARER_AUTH in scheme) === true;
}
