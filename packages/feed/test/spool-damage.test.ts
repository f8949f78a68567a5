import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { append, NASDAQ, NYSE, type OpenSpool, openSpool, pointAt, textsBehind } from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

/** `SPOOL_DAMAGES=500` for more of them. */
const ROUNDS = Number(process.env.SPOOL_DAMAGES ?? 12);
const LANES = [NASDAQ, NYSE];

/** A spool with short and long entries, of which the first were committed and removed. @returns its file */
async function sample(folder: string) {
  const ever = new Set<string>();
  {
    await using spool = await openSpool(folder, { graceMs: 0 });
    for (let i = 0; i < 60; i++) {
      for (const lane of LANES) {
        const count = i % 7 === 0 ? 400 : 1 + (i % 5);
        const texts = Array.from({ length: count }, (_, k) => `${lane} ${i} ${k} ${'x'.repeat(i % 30)}`);
        await append(spool, lane, ...texts);
        for (const text of texts) ever.add(text);
      }
      if (i === 30) {
        const points = await Promise.all(LANES.map(async (lane) => pointAt(spool, lane, await spool.log.end(lane))));
        await spool.log.committed(points);
      }
    }
  }
  await using spool = await openSpool(folder);
  const texts = new Map<string, string[]>();
  for (const lane of LANES) texts.set(lane, await textsBehind(spool, lane));
  return { file: await readFile(join(folder, 'spool.mdb')), texts, ever };
}

/** Bytes of a file turned, set or cut off, by chance. */
function damaged(file: Buffer): Buffer {
  const bytes = Buffer.from(file);
  const at = (): number => Math.floor(Math.random() * bytes.length);
  const kind = Math.random();
  if (kind < 0.25) return bytes.subarray(0, at());
  if (kind < 0.5) {
    // Into the headers of pages, which make LMDB crash.
    const page = Math.floor(at() / 4096) * 4096;
    bytes[page + Math.floor(Math.random() * 24)] = Math.random() < 0.5 ? 0xff : 0;
  } else if (kind < 0.6) bytes.fill(0, at(), at());
  else for (let i = Math.random() * 5; i >= 0; i--) bytes[at()] = Math.floor(Math.random() * 256);
  return bytes;
}

describe('a damaged spool', () => {
  it('gives all that is left, and nothing else, and says what is missing', { timeout: ROUNDS * 60_000 }, async () => {
    await using source = await tempFolder();
    const { file, texts, ever } = await sample(source.path);
    for (let round = 0; round < ROUNDS; round++) {
      await using folder = await tempFolder();
      const bytes = damaged(file);
      await writeFile(join(folder.path, 'spool.mdb'), bytes);
      await using spool = await openSpool(folder.path, { graceMs: 0 });
      await check(spool, bytes.equals(file), texts, ever);
      const files = (await readdir(folder.path)).filter((name) => /damaged|unusable/.test(name));
      assert.ok(files.length <= 1, `${files}`);
    }
  });
});

async function check(
  spool: OpenSpool,
  isWhole: boolean,
  sent: ReadonlyMap<string, string[]>,
  ever: ReadonlySet<string>,
): Promise<void> {
  const [event] = spool.events;
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
    if (isWhole) assert.deepEqual(found, all);
    if (kept.length === all.length) continue;
    assert.ok(event?.type === 'spool_salvaged' || event?.type === 'spool_set_aside', 'a loss is told');
    if (event.type !== 'spool_salvaged') continue;
    // The newest may be gone without a trace, with what said that they were there.
    const inside = all.indexOf(kept.at(-1) ?? '') + 1 - kept.length;
    const told = event.lost.filter((lost) => lost.lane === lane).reduce((sum, { messages }) => sum + messages, 0);
    assert.ok(told >= inside, `${inside} messages of ${lane} are gone, ${told} are told`);
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
