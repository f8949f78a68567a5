import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createLogger } from '../src/index.ts';

const LINES = 20_000;
const LOGGER = new URL('../src/index.ts', import.meta.url).href;

/** Logs far more than a pipe holds, says so on stderr, logs a last line and ends. */
const PROGRAM = `
  import { createLogger } from ${JSON.stringify(LOGGER)};
  const log = createLogger('test');
  for (let i = 0; i < ${LINES}; i++) log.info({ event: 'line', i }, 'a line that is long enough to fill a pipe soon');
  process.stderr.write('logged');
  setTimeout(() => { log.info({ event: 'last' }); process.exitCode = 7; }, 200);
`;

function start() {
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('the logger', () => {
  it('writes every line, in order, to a reader that reads', async () => {
    const child = start();
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const [code] = await once(child, 'close');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(code, 7);
    assert.equal(lines.length, LINES + 1);
    assert.deepEqual(
      lines.slice(0, LINES).map(({ i }) => i),
      Array.from({ length: LINES }, (_, i) => i),
    );
    assert.equal(lines.at(-1)?.event, 'last');
    assert.match(String(lines[0]?.timestamp), /^\d{4}-.*Z$/);
  });

  it('does not hold a service up when nobody reads, or nobody is there', async () => {
    for (const leave of [false, true]) {
      const child = start();
      if (leave) child.stdout.destroy();
      const ended = once(child, 'exit');
      assert.equal(String((await once(child.stderr, 'data'))[0]), 'logged');
      assert.deepEqual(await ended, [7, null]);
      child.stdout.destroy();
    }
  });

  it('writes to where it is told to', () => {
    const written: string[] = [];
    createLogger('s', { write: (text) => written.push(text) }).warn({ event: 'x', metric: 'm', value: 1 }, 'said');
    const { timestamp: _timestamp, ...line } = JSON.parse(written[0] ?? '') as Record<string, unknown>;
    assert.deepEqual(line, { level: 'warn', service: 's', event: 'x', metric: 'm', value: 1, message: 'said' });
  });
});
