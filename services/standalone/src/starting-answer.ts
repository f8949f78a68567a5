import type { IncomingMessage, ServerResponse } from 'node:http';

const RETRY_AFTER_S = 1;

/** What a page shows until the system answers itself: it asks again, and then is the real one. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${RETRY_AFTER_S}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Tickwatch is starting</title>
</head>
<body><p>Tickwatch is starting. This page shows prices as soon as it can.</p></body>
</html>
`;
const PROBLEM = {
  type: 'about:blank',
  title: 'Not available now',
  status: 503,
  detail: 'Tickwatch is starting: ask again in a moment.',
};
const READINESS = { ready: false, dependencies: { start: { ok: false, detail: 'starting' } } };

/** Answers while the parts come up: alive, not ready, and everything else is to be asked again. */
export function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  const [path] = (request.url ?? '/').split('?', 1);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  if (path === '/healthz') send(response, 200, 'application/json', '{"alive":true}');
  else if (path === '/readyz') sendUnready(response, 'application/json', JSON.stringify(READINESS));
  else if (wantsPage(request, path)) {
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    sendUnready(response, 'text/html; charset=utf-8', PAGE);
  } else sendUnready(response, 'application/problem+json', JSON.stringify(PROBLEM));
}

function wantsPage({ headers }: IncomingMessage, path = '/'): boolean {
  return headers.accept?.includes('text/html') === true && !path.startsWith('/api/');
}

function sendUnready(response: ServerResponse, type: string, body: string): void {
  response.setHeader('retry-after', RETRY_AFTER_S);
  send(response, 503, type, body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  // For HEAD, Node leaves the body out.
  response.end(body);
}
