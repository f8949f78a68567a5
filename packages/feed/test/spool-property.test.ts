import assert from 'node:assert/strict';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { FeedBatch, ResumePoint } from '@tickwatch/feed';
import fc from 'fast-check';
import { openSpoolFeed, pointOf, type SpoolFeed, textsOf } from './support/spool-feed.ts';
import { tempFolder } from './support/temp-folder.ts';

type Step =
  | { readonly do: 'publish'; readonly count: number }
  | { readonly do: 'settle' }
  | { readonly do: 'read'; readonly batches: number }
  | { readonly do: 'store'; readonly keepBack: number }
  | { readonly do: 'trim' }
  | { readonly do: 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'settle' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), batches: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('store' as const), keepBack: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'trim' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'crash' as const }) },
);

/** A subscriber and its database, as simple as they can be: messages are stored together with their position. */
class Model {
  readonly stored: string[] = [];
  committed: ResumePoint[] = [];
  /** Read, not stored yet. */
  waiting: FeedBatch[] = [];
  published = 0;
  /** The last message of which the feed said that it is kept. */
  kept = 0;
}

/** Publishes numbers; what a process loses by a crash is at most what it had not been told is kept. */
class Run implements AsyncDisposable {
  readonly model = new Model();
  #folder: string;
  readonly #root: string;
  #spool: SpoolFeed | undefined;
  #reader: AsyncIterator<FeedBatch> | undefined;
  #stop = new AbortController();
  #crashes = 0;

  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, '0');
  }

  async spool(): Promise<SpoolFeed> {
    this.#spool ??= await openSpoolFeed(this.#folder);
    return this.#spool;
  }

  async take(step: Step): Promise<void> {
    const { feed, publish, settled } = await this.spool();
    const { model } = this;
    switch (step.do) {
      case 'publish':
        publish('NASDAQ', ...Array.from({ length: step.count }, () => String(++model.published)));
        break;
      case 'settle':
        await settled();
        model.kept = model.published;
        break;
      case 'read':
        for (let i = 0; i < step.batches && this.#lastRead() < model.published; i++) await this.#readBatch();
        break;
      case 'store': {
        const count = Math.max(0, model.waiting.length - step.keepBack);
        const batches = model.waiting.splice(0, count);
        const last = batches.at(-1);
        if (last === undefined) break;
        model.stored.push(...textsOf(batches));
        model.committed = [pointOf(feed, last)];
        break;
      }
      case 'trim':
        await feed.committed(model.committed);
        break;
      case 'crash':
        await this.#crash();
    }
  }

  /** Reads and stores all that is left and compares with what was published. */
  async check(): Promise<void> {
    await this.take({ do: 'settle' });
    while (this.#lastRead() < this.model.published) await this.#readBatch();
    await this.take({ do: 'store', keepBack: 0 });
    const numbers = this.model.stored.map(Number);
    assert.deepEqual(
      numbers,
      Array.from({ length: this.model.published }, (_, i) => i + 1),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#spool?.[Symbol.asyncDispose]();
  }

  #lastRead(): number {
    const last = textsOf(this.model.waiting).at(-1) ?? this.model.stored.at(-1) ?? '0';
    return Number(last);
  }

  async #readBatch(): Promise<void> {
    const { feed } = await this.spool();
    this.#reader ??= feed.read(this.model.committed, this.#stop.signal)[Symbol.asyncIterator]();
    const { value, done } = await this.#reader.next();
    assert.notEqual(done, true);
    this.model.waiting.push(value as FeedBatch);
  }

  /** What is on disk at this instant is what a killed process leaves; it goes on from a copy of that. */
  async #crash(): Promise<void> {
    const next = join(this.#root, String(++this.#crashes));
    await copyBetweenWrites(join(this.#folder, 'spool.mdb'), join(next, 'spool.mdb'));
    await this[Symbol.asyncDispose]();
    this.#folder = next;
    this.#spool = undefined;
    this.#reader = undefined;
    this.#stop = new AbortController();
    const { model } = this;
    model.waiting = [];
    const { feed } = await this.spool();
    const held = await heldNumbers(feed.replay('NASDAQ', model.committed[0]?.position ?? '', 1_000_000));
    const first = Number(model.stored.at(-1) ?? 0) + 1;
    const last = held.at(-1) ?? first - 1;
    assert.deepEqual(
      held,
      Array.from({ length: held.length }, (_, i) => first + i),
      'no hole behind what is stored',
    );
    assert.ok(last >= model.kept, `${model.kept} was kept, the spool ends at ${last}`);
    // What was published later and not kept is gone; the source goes on counting from what is left.
    model.published = last;
    model.kept = last;
  }
}

/** A copy that was made while a write went on would show a file as no killed process leaves it: it is made again. */
async function copyBetweenWrites(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const version = async (): Promise<bigint> => (await stat(from, { bigint: true })).mtimeNs;
  let before: bigint;
  do {
    before = await version();
    await copyFile(from, to);
  } while ((await version()) !== before);
}

async function heldNumbers(batches: Promise<readonly FeedBatch[]>): Promise<number[]> {
  return textsOf(await batches).map(Number);
}

describe('spool and positions', () => {
  it('store every kept message exactly once whatever happens in between', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        await using folder = await tempFolder();
        await using run = new Run(folder.path);
        for (const next of steps) await run.take(next);
        await run.check();
      }),
      { numRuns: 12 },
    );
  });
});
