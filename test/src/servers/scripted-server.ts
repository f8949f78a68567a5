import { createServer, type Socket } from 'node:net';

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  /** How many connections there were so far. */
  readonly accepted: number;
  /** What a new connection meets from now on. */
  script(onConnection: (socket: Socket) => void): void;
  /** Cuts all connections. */
  cut(): void;
}

/** Takes connections and never answers. */
export const hang = (): void => {};

/** Answers everything with bytes that belong to no protocol. */
export const garbage = (socket: Socket): void => {
  socket.on('data', () => socket.write('\u0000\u0001 this is no protocol \r\n\r\n'));
};

/** Takes a connection and cuts it at once. */
export const cut = (socket: Socket): void => {
  socket.resetAndDestroy();
};

/** A small TCP server on a free port for the faults that a real server won't play. */
export async function startScriptedServer(onConnection: (socket: Socket) => void = hang): Promise<ScriptedServer> {
  const connections = new Set<Socket>();
  let script = onConnection;
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
    socket.resume();
    script(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cutAll = (): void => {
    for (const socket of connections) socket.destroy();
  };
  return {
    port,
    connections,
    get accepted() {
      return accepted;
    },
    script(next) {
      script = next;
    },
    cut: cutAll,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      cutAll();
      await closed;
    },
  };
}
