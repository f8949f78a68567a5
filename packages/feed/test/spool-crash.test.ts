import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NASDAQ, openSpool, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

const ROUNDS = 6;
const SCRIPT = fileURLToPath(new URL('./support/fill-spool.ts', import.meta.url));

/** Runs until it is killed at a random instant. @returns the number of the last message it saw in the spool */
async function fillAndKill(folder: string, first: number): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, SCRIPT, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let kept = first - 1;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    kept = Number(line);
  });
  await once(lines, 'line');
  setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return kept;
}

describe('a spool whose process is killed', () => {
  it('has everything it had acknowledged, in order and without a hole', async () => {
    await using folder = await tempFolder();
    let length = 0;
    let end = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const kept = await fillAndKill(folder.path, length);
      await using spool = await openSpool(folder.path);
      assert.deepEqual(spool.events, [], 'nothing was damaged');
      const { messages } = spool.log.status();
      assert.ok(messages > kept, `${messages} messages are there, ${kept + 1} were acknowledged`);
      assert.deepEqual(
        await textsBehind(spool, NASDAQ),
        Array.from({ length: messages }, (_, i) => `AAPL:${i}`),
      );
      const position = Number(await spool.log.end(NASDAQ));
      assert.ok(position > end);
      [length, end] = [messages, position];
    }
  });
});
