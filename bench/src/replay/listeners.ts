import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startProgram, stopProgram } from '../pipeline/child.ts';

/** In ms, from a tick's own time stamp to its arrival. */
export interface Delays {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Listeners extends AsyncDisposable {
  /** Of what came since the last time this was asked, for each viewer. */
  take(): Promise<readonly Delays[]>;
}

/** Viewers in a process of their own. @param channels of each of them */
export async function startListeners(url: string, channels: readonly (readonly string[])[]): Promise<Listeners> {
  const args = [url, ...channels.map((some) => some.join(','))];
  const child = startProgram('bench/src/replay/listener-process.ts', args, { stdin: 'pipe' });
  if (child.stdout === null) throw new Error('the listeners say nothing');
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    async take() {
      const answer = once(lines, 'line');
      child.stdin?.write('\n');
      return JSON.parse(String((await answer)[0])) as readonly Delays[];
    },
    [Symbol.asyncDispose]: () => stopProgram(child),
  };
}
