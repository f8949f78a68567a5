import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { append, NASDAQ, NYSE, type OpenSpool, openSpool, pointAt, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

/** `SPOOL_DAMAGES=1000` for more of them. */
const ROUNDS = Number(process.env.SPOOL_DAMAGES ?? 100);
const LANES = [NASDAQ, NYSE];
/** Messages of each lane. */
const COMMITTED = 1000;

/** A spool with short and long entries in several files, of which the first were committed. @returns its files */
async function sample(folder: string) {
  const ever = new Set<string>();
  const texts = new Map(LANES.map((lane) => [lane, [] as string[]]));
  {
    await using spool = await openSpool(folder, { graceMs: 0, maxBytes: 400_000 });
    for (let i = 0; i < 60; i++) {
      for (const lane of LANES) {
        const count = i % 7 === 0 ? 400 : 1 + (i % 5);
        const sent = Array.from({ length: count }, (_, k) => `${lane} ${i} ${k} ${'x'.repeat(i % 30)}`);
        await append(spool, lane, ...sent);
        for (const text of sent) ever.add(text);
        texts.get(lane)?.push(...sent);
      }
    }
    const points = LANES.map((lane) => pointAt(spool, lane, String(COMMITTED)));
    await spool.log.committed(points);
    for (const lane of LANES) texts.get(lane)?.splice(0, COMMITTED);
  }
  const names = (await readdir(folder)).filter((name) => /^(\d|end)/.test(name)).sort();
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
  assert.ok(files.size > 4, `${names}`);
  return { files, texts, ever };
}

/** One of the files, by chance, with bytes turned, set, or cut off, or gone. */
function damage(files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  const names = [...files.keys()];
  const name = names[Math.floor(Math.random() * names.length)] ?? '';
  const bytes = Buffer.from(files.get(name) ?? '');
  const at = (): number => Math.floor(Math.random() * bytes.length);
  const kind = Math.random();
  const others = [...files].filter(([other]) => other !== name);
  if (kind < 0.1) return new Map(others);
  if (kind < 0.3) return new Map([...others, [name, bytes.subarray(0, at())]]);
  if (kind < 0.4) return new Map([...others, [name, Buffer.concat([bytes.subarray(0, at()), bytes.subarray(at())])]]);
  if (kind < 0.6) bytes.fill(0, at(), at());
  else for (let i = Math.random() * 5; i >= 0; i--) bytes[at()] = Math.floor(Math.random() * 256);
  return new Map([...others, [name, bytes]]);
}

describe('a damaged spool', () => {
  it('gives all that is left, and nothing else, and says what is missing', { timeout: ROUNDS * 3000 }, async () => {
    await using source = await tempFolder();
    const { files, texts, ever } = await sample(source.path);
    for (let round = 0; round < ROUNDS; round++) {
      await using folder = await tempFolder();
      for (const [name, bytes] of damage(files)) await writeFile(join(folder.path, name), bytes);
      {
        await using spool = await openSpool(folder.path, { graceMs: 0 });
        await check(spool, texts, ever);
      }
      await using again = await openSpool(folder.path, { graceMs: 0 });
      assert.deepEqual(again.events, [], 'it is told once');
    }
  });
});

async function check(
  spool: OpenSpool,
  sent: ReadonlyMap<string, readonly string[]>,
  ever: ReadonlySet<string>,
): Promise<void> {
  const lost = spool.events.flatMap((event) => (event.type === 'spool_salvaged' ? event.lost : []));
  for (const lane of LANES) {
    const all = sent.get(lane) ?? [];
    const found = await textsBehind(spool, lane);
    assert.ok(
      found.every((text) => ever.has(text)),
      'what was damaged is not taken for good',
    );
    const kept = found.filter((text) => all.includes(text));
    assert.deepEqual(
      kept,
      all.filter((text) => kept.includes(text)),
      'in order, none twice',
    );
    const told = lost
      .filter((loss) => loss.lane === lane)
      .map(({ after, upTo }) => Number(upTo) - Math.max(Number(after), COMMITTED));
    const gone = told.reduce((sum, messages) => sum + Math.max(0, messages), 0);
    assert.equal(gone, all.length - kept.length, 'what is missing is told, exactly');
  }
  // It works on.
  for (const lane of LANES) {
    const after = await spool.log.end(lane);
    const end = await append(spool, lane, 'later');
    assert.deepEqual(await textsBehind(spool, lane, after), ['later']);
    await spool.log.committed([pointAt(spool, lane, end)]);
    await spool.log.committed([]);
  }
  assert.equal(spool.log.status().problem, undefined);
}
