import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Command {
  readonly publish?: object;
  readonly broadcast?: { readonly channels: readonly string[] };
}

/** Stands where Centrifugo's HTTP API is, takes everything and counts what it takes. */
export interface LiveCounter extends AsyncDisposable {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Of bodies, so far. */
  readonly bytes: number;
  readonly requests: number;
}

export async function startLiveCounter(): Promise<LiveCounter> {
  let bytes = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      bytes += body.length;
      requests++;
      const { commands } = JSON.parse(body.toString()) as { readonly commands: readonly Command[] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ replies: commands.map(replyTo) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    env: { CENTRIFUGO_API_URL: `http://127.0.0.1:${port}`, CENTRIFUGO_API_KEY: 'key' },
    get bytes() {
      return bytes;
    },
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function replyTo({ publish, broadcast }: Command): object {
  if (broadcast !== undefined) return { broadcast: { responses: broadcast.channels.map(() => ({ result: {} })) } };
  return publish === undefined ? { info: {} } : { publish: {} };
}
