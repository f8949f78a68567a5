import type { onRequestAsyncHookHandler, RouteOptions } from 'fastify';
import type { App } from '../http/app.ts';
import { showsToken } from './admin-gate.ts';

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
 * other that `routeSchema` calls `admin`; who shows one to a route that tells more to the administrator has to show the right
 * one. Call before the routes.
 * @throws where such a route is not documented as one: it is registered by a programmer
 */
export function adminOnly(app: App, gate: onRequestAsyncHookHandler): void {
  const ifShown: onRequestAsyncHookHandler = async function (request, reply) {
    if (showsToken(request)) return await gate.call(this, request, reply);
  };
  app.addHook('onRoute', (route) => {
    if (route.config?.refusesMethod) return;
    const documented = isDocumented(route);
    const isFree = route.schema?.security?.some((scheme) => Object.keys(scheme).length === 0) === true;
    const changes = [route.method].flat().some((method) => !READS.has(method));
    if (changes && (!documented || isFree))
      throw new Error(`${route.method} ${route.url} changes something: call it admin`);
    if (!documented) return;
    const others = [route.onRequest ?? []].flat();
    // The route for HEAD comes with what that for GET was given.
    const asked = isFree ? ifShown : gate;
    if (!others.includes(asked)) route.onRequest = [asked, ...others];
  });
}

function isDocumented({ schema }: RouteOptions): boolean {
  return schema?.security?.some((scheme) => BEARER_AUTH in scheme) === true;
}
