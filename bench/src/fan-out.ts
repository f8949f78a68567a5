/**
 * Fan-out: what the embedded hub delivers to thousands of WebSocket clients, beside a plain `ws` server that sends
 * the same texts. Server and clients are two processes. Run alone: `node --import tsx bench/src/fan-out.ts`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LiveMessage, nowMicros, parseTime } from '@tickwatch/core';
import type { Answer, Ask, Load, ServerKind } from './fan-out-server.ts';
import { FrameReader } from './frame-reader.ts';

export interface FanOutOptions {
  readonly clients?: readonly number[];
  readonly loads?: readonly Load[];
}

/** One load on one kind of server with one number of clients. Rates are per second, times in ms. */
export interface FanOutRow {
  readonly server: ServerKind;
  readonly clients: number;
  readonly ticksPublished: number;
  /** Ticks, frames and bytes that reached the clients, all together. */
  readonly ticksDelivered: number;
  readonly frames: number;
  readonly megabytes: number;
  readonly p50: number;
  readonly p99: number;
  /** Delivered of what was published: less than 1 when clients were cut as too slow. */
  readonly share: number;
  /** Of one core. */
  readonly serverCpu: number;
  /** Resident memory of the server that each connected client adds. */
  readonly kilobytesPerClient: number;
}

/** Ticks that all clients of this bench together can read in a second, about; beyond it, it measures itself. */
const MAX_DELIVERIES = 12_000_000;

const LOADS: readonly Load[] = [
  { ticksPerSecond: 48, stepMs: 100, seconds: 8 },
  { ticksPerSecond: 1000, stepMs: 10, seconds: 8 },
  { ticksPerSecond: 10_000, stepMs: 10, seconds: 8 },
];

/** Every load on the floor and on the hub, for each number of clients. */
export async function runFanOut({ clients = [1000, 5000], loads = LOADS }: FanOutOptions = {}): Promise<FanOutRow[]> {
  const rows: FanOutRow[] = [];
  for (const count of clients) {
    for (const kind of ['plain', 'hub'] as const) rows.push(...(await measure(kind, count, loads)));
  }
  return rows;
}

async function measure(kind: ServerKind, count: number, loads: readonly Load[]): Promise<FanOutRow[]> {
  const program = fileURLToPath(new URL('./fan-out-server.ts', import.meta.url));
  const server = fork(program, [kind], { execArgv: [...process.execArgv, '--expose-gc'] });
  try {
    const [{ port = 0 }] = (await once(server, 'message')) as [Answer];
    const before = await ask(server, { ask: 'memory' });
    const crowd = await Crowd.connect(port, count, kind === 'hub');
    const after = await ask(server, { ask: 'memory' });
    const kilobytesPerClient = ((after.rss ?? 0) - (before.rss ?? 0)) / count / 1024;
    const rows: FanOutRow[] = [];
    for (const load of loads) {
      if (load.ticksPerSecond * count > MAX_DELIVERIES) continue;
      crowd.reset();
      const { cpuSeconds = 0, ticks = 0 } = await ask(server, { ask: 'publish', load });
      await crowd.quiet();
      rows.push({
        ...{ server: kind, clients: count, ticksPublished: ticks / load.seconds, kilobytesPerClient },
        ...crowd.result(ticks * count),
        serverCpu: cpuSeconds / load.seconds,
      });
    }
    crowd.close();
    return rows;
  } finally {
    server.disconnect();
    await once(server, 'exit');
  }
}

async function ask(server: ChildProcess, question: Ask): Promise<Answer> {
  server.send(question);
  return ((await once(server, 'message')) as [Answer])[0];
}

/** All the clients: each reads everything; now and then one looks at how old its newest tick is. */
class Crowd {
  readonly #sockets: Socket[] = [];
  readonly #reader: FrameReader[] = [];
  #chunks = 0;
  #latencies: number[] = [];
  #ticks = 0;
  #looked = 0;
  #start = 0;
  #end = 0;

  static async connect(port: number, count: number, subscribe: boolean): Promise<Crowd> {
    const crowd = new Crowd();
    for (let left = count; left > 0; left -= 100) {
      await Promise.all(Array.from({ length: Math.min(100, left) }, () => crowd.#join(port, subscribe)));
    }
    await delay(500);
    return crowd;
  }

  reset(): void {
    for (const reader of this.#reader) reader.frames = reader.bytes = 0;
    this.#latencies = [];
    this.#ticks = this.#looked = 0;
    this.#start = performance.now();
  }

  /** Resolves when nothing came for half a second. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.#chunks; ) {
      before = this.#chunks;
      await delay(500);
    }
  }

  result(expectedTicks: number): Pick<FanOutRow, 'frames' | 'megabytes' | 'ticksDelivered' | 'share' | 'p50' | 'p99'> {
    if (this.#looked === 0) throw new Error('no client heard a tick');
    const seconds = (this.#end - this.#start) / 1000;
    const frames = this.#reader.reduce((sum, reader) => sum + reader.frames, 0);
    const bytes = this.#reader.reduce((sum, reader) => sum + reader.bytes, 0);
    const sorted = this.#latencies.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    // A tick in the frames that were looked at takes as many bytes as in the others.
    const ticks = (bytes / this.#looked) * this.#ticks;
    return {
      ...{ frames: frames / seconds, megabytes: bytes / 1e6 / seconds, ticksDelivered: ticks / seconds },
      ...{ share: ticks / expectedTicks, p50: at(0.5), p99: at(0.99) },
    };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #join(port: number, subscribe: boolean): Promise<void> {
    const headers = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket' },
      ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' },
    };
    const upgrade = request({ host: '127.0.0.1', port, path: '/connection/websocket', headers, agent: new Agent() });
    upgrade.end();
    const [, socket] = (await once(upgrade, 'upgrade')) as [unknown, Socket];
    const reader = new FrameReader();
    this.#sockets.push(socket);
    this.#reader.push(reader);
    socket.on('data', (chunk: Buffer) => {
      this.#end = performance.now();
      // Looking at all would cost more than reading all.
      reader.read(chunk, this.#chunks++ % 20 === 0 ? this.#look : undefined);
    });
    if (subscribe) {
      const channels = ['NASDAQ', 'NYSE'].map((channel, i) => ({ id: i + 2, subscribe: { channel } }));
      socket.write(clientFrame([{ id: 1, connect: {} }, ...channels].map((one) => JSON.stringify(one)).join('\n')));
    }
  }

  readonly #look = (payload: Buffer): void => {
    const text = payload.toString();
    if (!text.startsWith('{"push"')) return;
    const { ticks } = (JSON.parse(text) as { push: { pub: { data: LiveMessage } } }).push.pub.data;
    const newest = ticks.at(-1);
    if (newest === undefined) return;
    this.#latencies.push((nowMicros() - (parseTime(newest.timestamp) ?? 0)) / 1000);
    this.#ticks += ticks.length;
    this.#looked += payload.length + (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  };
}

/** A client must mask; a mask of zeros leaves the text as it is. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(0x81fe);
  header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

function print(rows: readonly FanOutRow[]): void {
  console.table(
    rows.map(({ server, clients, ...row }) => ({
      ...{ server, clients, 'ticks/s in': Math.round(row.ticksPublished) },
      ...{ 'ticks/s out': Math.round(row.ticksDelivered), 'frames/s out': Math.round(row.frames) },
      ...{ 'MB/s': +row.megabytes.toFixed(1), 'p50 ms': +row.p50.toFixed(1), 'p99 ms': +row.p99.toFixed(1) },
      ...{
        share: +row.share.toFixed(2),
        'server CPU': `${Math.round(row.serverCpu * 100)} %`,
        'KB/client': +row.kilobytesPerClient.toFixed(1),
      },
    })),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print(await runFanOut());
