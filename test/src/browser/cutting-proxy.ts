import { connect, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { SlowLink } from './slow-link.ts';

/** A TCP proxy whose connections can be cut, that can refuse new ones for a while, and that can be slow. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection that carries a WebSocket. */
  cutLive(): void;
  /** From now on lets so many bytes a second through to the clients, all of them together. */
  slowDown(bytesPerSecond: number): void;
  /** Cuts every WebSocket and lets no new one through until the returned function is called. */
  holdLive(): () => void;
  /** Cuts everything and lets nobody in until the returned function is called. */
  close(): () => void;
}

export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const pairs = new Map<Socket, { readonly upstream: Socket; live: boolean }>();
  const link = new SlowLink();
  let open = true;
  let liveOpen = true;
  const server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    const pair = { upstream, live: false };
    pairs.set(client, pair);
    const end = (): void => {
      pairs.delete(client);
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      if (!chunk.includes('GET /connection/websocket')) return;
      pair.live = true;
      if (!liveOpen) end();
    });
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    Readable.from(link.through(upstream)).on('error', end).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = (liveOnly: boolean): void => {
    for (const [client, { live }] of pairs) if (live || !liveOnly) client.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutLive: () => cut(true),
    slowDown: (bytesPerSecond) => {
      link.bytesPerSecond = bytesPerSecond;
    },
    holdLive: () => {
      liveOpen = false;
      cut(true);
      return () => {
        liveOpen = true;
      };
    },
    close: () => {
      open = false;
      cut(false);
      return () => {
        open = true;
      };
    },
    async [Symbol.asyncDispose]() {
      cut(false);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
