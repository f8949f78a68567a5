import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

const RUNTIME = new URL('../src/index.ts', import.meta.url).href;

/** A service that takes five seconds to stop. */
const SLOW = `
  import { runService } from ${JSON.stringify(RUNTIME)};
  await runService('slow', async (log) => {
    process.emitWarning('something is odd');
    log.info({ event: 'ready' });
    const hold = setInterval(() => {}, 1000);
    return { [Symbol.asyncDispose]: () => new Promise((resolve) => setTimeout(() => resolve(clearInterval(hold)), 5000)) };
  });
`;
const FAILING = `
  import { runService } from ${JSON.stringify(RUNTIME)};
  await runService('failing', async () => undefined.x);
`;

interface Run {
  readonly child: ChildProcess;
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly said: (event: string) => Promise<void>;
}

function run(program: string): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Readonly<Record<string, unknown>>[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const said = async (event: string): Promise<void> => {
    while (!lines.some((line) => line.event === event)) await once(reader, 'line');
  };
  return { child, lines, said };
}

describe('a service as a process', () => {
  it('ends at once when it is interrupted a second time, and takes two signals at a time for one', async () => {
    const { child, lines, said } = run(SLOW);
    const closed = once(child, 'close');
    await said('ready');
    child.kill('SIGINT');
    child.kill('SIGINT');
    await said('stopping');
    await wait(300);
    assert.equal(child.exitCode, null);
    child.kill('SIGINT');
    assert.deepEqual(await closed, [130, null]);
    assert.equal(lines.at(-1)?.event, 'stopped_at_once');
  });

  it('tells what Node warns of as a line of its log', async () => {
    const { child, lines, said } = run(SLOW);
    await said('node_warning');
    assert.equal(lines.find(({ event }) => event === 'node_warning')?.message, 'something is odd');
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  it('keeps the stack of a start that failed for no reason that anybody expected', async () => {
    const { child, lines } = run(FAILING);
    assert.deepEqual(await once(child, 'close'), [1, null]);
    const fatal = lines.find(({ level }) => level === 'fatal');
    assert.equal(fatal?.event, 'fault');
    assert.match(String(fatal?.stack), /TypeError[\s\S]+\n +at /);
  });
});
