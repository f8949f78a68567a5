import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Hands WebSocket connections on to a Centrifugo elsewhere, so that the page needs no other origin than its own.
 * @param centrifugoUrls its address, of several nodes with commas between; only the origins count. When a node can't be
 * reached, whoever asks next, which clients do by themselves, gets the next one.
 */
export function proxyUpgrade(centrifugoUrls: string): UpgradeHandler {
  const targets = centrifugoUrls.split(',').map((url) => new URL('/connection/websocket', url));
  let current = 0;
  return (incoming, socket, head) => {
    const target = targets[current] as URL;
    const send = target.protocol === 'https:' ? secureRequest : request;
    socket.on('error', () => socket.destroy());
    const { origin, ...headers } = incoming.headers;
    // The target can't check the page's origin any more (it sees this process as its client), so it is checked here.
    if (origin !== undefined && hostOf(origin) !== headers.host) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const outgoing = send(target, { headers: { ...headers, host: target.host } });
    outgoing.on('upgrade', (response, upstream, upstreamHead) => {
      const lines = pairs(response.rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      if (upstreamHead.length > 0) socket.write(upstreamHead);
      if (head.length > 0) upstream.write(head);
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    const refuse = (): void => {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    };
    outgoing.on('response', refuse);
    outgoing.on('error', () => {
      if (targets[current] === target) current = (current + 1) % targets.length;
      refuse();
    });
    outgoing.end();
  };
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
