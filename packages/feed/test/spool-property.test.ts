import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { append, NASDAQ, type OpenSpool, openSpool, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'commit'; readonly part: number }
  /** The database goes back to one of its older states. */
  | { readonly do: 'restore'; readonly part: number }
  | { readonly do: 'crash' };

const part = fc.integer({ min: 0, max: 100 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), part }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
);

/** A subscriber and its database, as simple as they can be: numbers are stored together with the place behind them. */
class Run implements AsyncDisposable {
  readonly #root: string;
  #spool: OpenSpool | undefined;
  #crashes = 0;
  #appended = 0;
  /** How many are stored, and the place, each time that something was committed. */
  #commits: { readonly count: number; readonly place: string }[] = [{ count: 0, place: '0' }];

  constructor(root: string) {
    this.#root = root;
  }

  async spool(): Promise<OpenSpool> {
    this.#spool ??= await openSpool(join(this.#root, String(this.#crashes)), { maxBytes: 100_000 });
    return this.#spool;
  }

  async take(next: Step): Promise<void> {
    const spool = await this.spool();
    if (next.do === 'append') {
      await append(spool, NASDAQ, ...Array.from({ length: next.count }, () => String(++this.#appended)));
    } else if (next.do === 'commit') {
      const { count, place } = this.#stored();
      const waiting = this.#appended - count;
      const entry = await spool.log.read(NASDAQ, place, Math.max(1, Math.floor((waiting * next.part) / 100)));
      if (entry === undefined) return;
      this.#commits.push({ count: count + entry.messages.length, place: entry.position });
      await spool.log.committed([this.#point(spool)]);
    } else if (next.do === 'restore') {
      this.#commits.length = 1 + Math.floor(((this.#commits.length - 1) * next.part) / 100);
      await spool.log.place(this.#point(spool), NASDAQ);
    } else await this.#crash();
    await this.check();
  }

  /** The spool holds exactly what is not stored, and counts no more than that as waiting. */
  async check(): Promise<void> {
    const spool = await this.spool();
    const { count, place } = this.#stored();
    const expected = Array.from({ length: this.#appended - count }, (_, i) => String(count + i + 1));
    assert.deepEqual(await textsBehind(spool, NASDAQ, place), expected);
    assert.equal(spool.log.count(NASDAQ, place).messages, expected.length);
    const { messages } = spool.log.status();
    assert.ok(messages >= expected.length && messages < expected.length + 12, `${messages} wait`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool?.[Symbol.asyncDispose]();
  }

  #stored() {
    return this.#commits.at(-1) ?? { count: 0, place: '0' };
  }

  #point({ log }: OpenSpool) {
    const receivedAt = 1 as Parameters<typeof log.trimBefore>[1];
    return { lane: NASDAQ, logId: log.id(NASDAQ), position: this.#stored().place, fingerprint: '', receivedAt };
  }

  /** What is on disk at this instant is what a killed process leaves; it goes on from a copy of that. */
  async #crash(): Promise<void> {
    const next = join(this.#root, String(this.#crashes + 1));
    await cp(join(this.#root, String(this.#crashes)), next, {
      recursive: true,
      filter: (path) => !path.endsWith('.lock'),
    });
    await this[Symbol.asyncDispose]();
    this.#crashes++;
    this.#spool = undefined;
    const { log, events } = await this.spool();
    assert.deepEqual(events, []);
    await log.place(this.#point({ log } as OpenSpool), NASDAQ);
  }
}

describe('a spool', () => {
  it('holds every message that is not stored, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await using folder = await tempFolder();
        await using run = new Run(folder.path);
        for (const next of steps) await run.take(next);
      }),
      { numRuns: 10 },
    );
  });
});
