import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { BEARER_AUTH } from '../admin/admin-only.ts';
import type { App } from './app.ts';

const PAGES = '/api/docs';

/** Everything the pages need comes from this server; Swagger UI carries its icons as data. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** OpenAPI 3.1 at `/api/openapi.json`, made from the routes' schemas, and pages at `/api/docs`. Call before the routes. */
export async function documents(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tickwatch',
        version,
        description:
          'Stock prices, live and past. Times go out as RFC 3339 in UTC with six digits; prices keep the digits they came in with; errors are `application/problem+json` (RFC 9457). A parameter that a route doesn’t know is refused. A `/` inside a stock’s name is written `%2F`. Answers about prices are never behind the live channel: header `X-Position` says how far they reach. Answers about a range say whether anything that was published is missing in them: header `X-Complete`, with a `Link` to the holes.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'prices', description: 'Ranges of the past, to the microsecond and up to now' },
        { name: 'stocks', description: 'What there is, now and as of a moment' },
        { name: 'TradingView UDF', description: 'For charts that speak the Universal Data Feed' },
        { name: 'alerts', description: 'Rules, what they fired, and who is told' },
        { name: 'system', description: 'How the system is' },
        { name: 'administration', description: 'What changes something, and who may' },
      ],
      components: {
        securitySchemes: {
          [BEARER_AUTH]: {
            type: 'http',
            scheme: 'bearer',
            description:
              'The setting `ADMIN_TOKEN`; in one process, where it is not set, what stands in the file `admin-token` of `DATA_DIR`. Everybody may read.',
          },
        },
      },
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  await pages(app);
}

/** Swagger UI in a page of our own, which has a dark side and a way home. */
async function pages(app: App): Promise<void> {
  const page = pageFile('index.html');
  await app.register(swaggerUi, {
    routePrefix: PAGES,
    staticCSP: PAGE_POLICY,
    uiHooks: {
      onRequest: (request, reply, next) => {
        const isPage = request.routeOptions.url?.replace(/\/$/, '') === PAGES;
        if (isPage) reply.type('text/html; charset=utf-8').send(page);
        else next();
      },
    },
    theme: {
      css: [{ filename: 'docs.css', content: pageFile('docs.css') }],
      js: ['dark.js', 'docs.js'].map((filename) => ({ filename, content: pageFile(filename) })),
    },
  });
}

function pageFile(name: string): string {
  return readFileSync(new URL(`../docs-page/${name}`, import.meta.url), 'utf8');
}
