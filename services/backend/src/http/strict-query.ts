import type { FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { meansStock, nearestParameter } from './nearest-parameter.ts';
import { ParameterError, quoted } from './problem-reply.ts';

/** The part of a JSON schema that is looked at. */
interface QuerySchema {
  readonly properties?: Readonly<Record<string, { readonly minLength?: number }>>;
}

/**
 * A parameter that is not known, is empty or stands there twice is refused with 422 on every documented route: left out in
 * silence, `start=` for `start_time=` would answer the whole history. Call before the routes.
 */
export function strictQuery(app: App): void {
  app.addHook('preValidation', async (request) => {
    const { url, schema } = request.routeOptions;
    if (!url?.startsWith('/api/') || schema === undefined || schema.hide) return;
    checkQuery(request, (schema.querystring as QuerySchema | undefined)?.properties ?? {});
  });
}

function checkQuery(request: FastifyRequest, known: NonNullable<QuerySchema['properties']>): void {
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
    if (parameter === undefined) throw unknownParameter(name, Object.keys(known), request.routeOptions.url ?? '');
    if (Array.isArray(value)) {
      const all = value.slice(0, 3).map(quoted).join(', ');
      throw new ParameterError(name, `${name} is given ${value.length} times (${all}): give it once`);
    }
    // Where an empty text means something, the schema says so.
    if (value === '' && parameter.minLength !== 0) {
      throw new ParameterError(name, `${name} is empty: give it a value or leave it out`);
    }
  }
}

function unknownParameter(name: string, known: readonly string[], route: string): ParameterError {
  const nearest = nearestParameter(name, known);
  const path = route.replaceAll(/:(\w+)/g, '{$1}');
  const inPath = path.includes('{stock_name}') && meansStock(name);
  const hint = inPath
    ? `: the stock stands in the path, ${path}`
    : nearest === undefined
      ? ''
      : `: did you mean ${nearest}?`;
  const takes = known.length === 0 ? 'takes no parameters' : `takes ${known.join(', ')}`;
  return new ParameterError(name, `${quoted(name)} is no parameter of ${path}${hint} (${path} ${takes})`);
}
