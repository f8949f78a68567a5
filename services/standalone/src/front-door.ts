import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listenProblem } from '@tickwatch/runtime/listen-problem';
import { answerStarting } from './starting-answer.ts';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8080;

/** How long a stop waits for answers that are being sent. */
const STOP_WAIT_MS = 2000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than proxies keep a connection: they close it, not this side while a request is under way. */
const KEEP_ALIVE_MS = 72_000;

export interface DoorHandlers {
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** What came is no HTTP. */
  readonly onClientError: (error: Error, socket: Socket) => void;
}

/** The one port of the one process. It is taken before anything else is done, and says "starting" until it is handed over. */
export interface FrontDoor extends AsyncDisposable {
  readonly port: number;
  /** From now on these answer. */
  handOver(handlers: DoorHandlers): void;
  /** Takes no one in any more; resolves when answers under way are sent, or after two seconds. */
  close(): Promise<void>;
}

/**
 * Loads nothing but Node's own modules, so that a port that is taken is told at once.
 * @param port 0: any free one
 * @throws Error with a sentence that names the setting
 */
export async function openFrontDoor(host: string, port: number): Promise<FrontDoor> {
  let handlers: DoorHandlers = { onRequest: answerStarting, onUpgrade: refuseUpgrade, onClientError: hangUp };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  const sockets = new Set<Duplex>();
  const answers = new Set<ServerResponse>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answers.add(response);
    response.once('close', () => answers.delete(response));
    handlers.onRequest(request, response);
  });
  server.on('upgrade', (request, socket, head) => handlers.onUpgrade(request, socket, head));
  server.on('clientError', (error, socket) => handlers.onClientError(error, socket as Socket));
  const taken = await listen(server, host, port);
  return {
    port: taken,
    handOver: (next) => {
      handlers = next;
    },
    close: () => closeServer(server, answers),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Where a person finds it. */
export function addressOf(host: string, port: number): string {
  const name = host === DEFAULT_HOST ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(listenProblem(error, host, port), { cause: error })));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function closeServer(server: Server, answers: ReadonlySet<ServerResponse>): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const sent = Promise.all([...answers].map((answer) => new Promise((resolve) => answer.once('close', resolve))));
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    sent,
    new Promise((resolve) => {
      timer = setTimeout(resolve, STOP_WAIT_MS);
    }),
  ]);
  clearTimeout(timer);
}

function refuseUpgrade(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function hangUp(_error: Error, socket: Socket): void {
  socket.destroy();
}
