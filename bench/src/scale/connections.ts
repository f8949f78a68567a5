import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of a process, by what it is connected to. */
export interface Connections {
  readonly postgres: number;
  readonly live: number;
  /** To anything else: the log engine. */
  readonly engine: number;
}

const ESTABLISHED = '01';

/** Counts TCP connections that a process opened to ports of others, from Linux's /proc. */
export function connectionsOf(pid: number, ports: { readonly postgres: number; readonly live: number }): Connections {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    }),
  );
  const lines = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1),
  );
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const portOf = (address = ''): number => Number.parseInt(address.split(':')[1] ?? '', 16);
  const own = rows.filter((row) => sockets.has(row[9] ?? ''));
  const listening = new Set(own.filter((row) => row[3] !== ESTABLISHED).map((row) => portOf(row[1])));
  const remote = own
    .filter((row) => row[3] === ESTABLISHED && !listening.has(portOf(row[1])))
    .map((row) => portOf(row[2]));
  const count = (is: (port: number) => boolean): number => remote.filter(is).length;
  return {
    postgres: count((port) => port === ports.postgres),
    live: count((port) => port === ports.live),
    engine: count((port) => port !== ports.postgres && port !== ports.live),
  };
}

/** '' of what was closed between being listed and being read. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
