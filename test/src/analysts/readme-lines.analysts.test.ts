import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decimalMean } from '@tickwatch/store';
import { until } from '../servers/index.ts';
import { npmStart, type Started } from './npm-start.ts';
import { type LineAnswer, preparePython, runLines } from './python.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
/** What the README promises. */
const MOST_SECONDS = 60;
const ENOUGH_TICKS = 50;

describe('the lines of the README for DuckDB, pandas and Polars', () => {
  let python: string;
  let folder: string;
  let system: Started;
  let startedAt: number;
  let answers: readonly LineAnswer[];
  let answeredAt: number;

  before(async () => {
    python = await preparePython();
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-analysts-'));
    startedAt = performance.now();
    system = await npmStart(join(folder, 'data'));
    await until(async () => (await average()).count >= ENOUGH_TICKS, { what: 'some prices' });
    const block = /```python\n(.*?)```/s.exec(await readFile(README, 'utf8'))?.[1];
    assert.ok(block !== undefined, 'the README has no block of python');
    answers = await runLines(python, system.origin, block, folder);
    answeredAt = performance.now();
  });

  after(async () => {
    await system?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function average(query = ''): Promise<{ readonly count: number; readonly average_price: string }> {
    const answer = await fetch(`${system.origin}/api/average/AAPL?decimals=string${query}`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as Awaited<ReturnType<typeof average>>;
  }

  /** What the API says of the ticks up to the last one of so many. */
  async function averageOf(count: number): Promise<string> {
    const page = await fetch(`${system.origin}/api/prices/AAPL?limit=${count}`);
    const ticks = (await page.json()) as readonly { readonly timestamp: string }[];
    const known = await average(`&end_time=${ticks.at(-1)?.timestamp}`);
    assert.equal(known.count, count);
    return known.average_price;
  }

  it('each gives the average and the count that the API gives', async () => {
    const lines = answers.filter(({ line }) => !line.startsWith('sum by '));
    assert.deepEqual(
      ['duckdb', 'pandas', 'polars'].filter((tool) => lines.some(({ line }) => line.startsWith(`${tool}.`))),
      ['duckdb', 'pandas', 'polars'],
    );
    for (const { line, average, count } of lines) {
      assert.ok(count >= ENOUGH_TICKS, line);
      const exact = Number(await averageOf(count));
      // A double has no more digits than that.
      assert.ok(
        Math.abs(Number(average) - exact) <= 2 * Number.EPSILON * exact,
        `${line}: ${average}, and not ${exact}`,
      );
    }
  });

  it('every digit of every price arrives in each of the tools', async () => {
    const sums = answers.filter(({ line }) => line.startsWith('sum by '));
    assert.equal(sums.length, 8);
    for (const { line, average: sum, count } of sums) {
      assert.equal(decimalMean(sum, String(count)), await averageOf(count), line);
    }
  });

  it('the first answers are there within a minute of npm start', (test) => {
    const seconds = (answeredAt - startedAt) / 1000;
    for (const { line, seconds } of answers) test.diagnostic(`${seconds} s since python: ${line}`);
    test.diagnostic(`${seconds.toFixed(1)} s from npm start to the last answer`);
    assert.ok(seconds < MOST_SECONDS, `${seconds.toFixed(1)} s`);
  });
});
