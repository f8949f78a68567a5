import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';

/** Handles a request for the client's files; `next` is called for what is no file and no page of the client. */
export type ClientHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** Everything comes from this origin; nothing inline runs and nothing is styled inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Paths that are never a view of the client: a missing one is told as missing, not answered with the page. */
const NO_VIEW = /^\/(?:api|assets|connection|grafana)(?:\/|$)/;
/** Names of stocks hold dots (`BRK.B`); elsewhere a dot makes a file. Slashes at the end change nothing. */
const VIEW = /^\/(?:stock\/[^/]+\/*|[^.]*)$/;

/**
 * Serves a built client. Files whose names hold a hash may be kept for ever, the page itself is asked for each time;
 * any other path is a view of the client and gets the page, which says so where it knows none.
 * @param folder what {@link buildClient} made
 */
export function clientHandler(folder: string): ClientHandler {
  const serve = sirv(folder, {
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const forEver = path.startsWith('/assets/');
      response.setHeader('cache-control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response, next = () => notFound(response)) => {
    serve(request, response, () => {
      if (!isView(request)) return next();
      request.url = '/';
      serve(request, response, next);
    });
  };
}

function isView({ url = '/', headers }: IncomingMessage): boolean {
  const [path = '/'] = url.split('?', 1);
  // Whoever opens a path in a browser is a person, who gets a page with links on it; programs get a problem.
  const isOpened = headers['sec-fetch-dest'] === 'document';
  return (VIEW.test(path) || isOpened) && !NO_VIEW.test(path);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' });
  response.end('{"type":"about:blank","title":"Not found","status":404}');
}
