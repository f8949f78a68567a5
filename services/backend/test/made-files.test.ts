import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LateDamageError } from '@tickwatch/store';
import type { FileRequest, MadeFile, Making } from '../src/made/file-entry.ts';
import { MadeFiles } from '../src/made/made-files.ts';

type Make = (signal: AbortSignal) => Promise<Making<string>>;

describe('files that are made once and read many times', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-made-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const open = (maxBytes = 1000): MadeFiles<string> => new MadeFiles({ folder, maxBytes });
  const ask = (changes: Partial<FileRequest> = {}): FileRequest => ({
    key: 'key',
    client: 'me',
    wants: 'whole',
    tags: [],
    signal: new AbortController().signal,
    ...changes,
  });
  const making =
    (text: string, head = ''): Make =>
    async () => ({ head, headTag: head, pieces: pieces(text) });
  const read = async ({ file }: MadeFile<string>): Promise<string> => {
    let text = '';
    for await (const piece of file.read(0, file.size)) text += piece;
    return text;
  };
  const never = (): never => assert.fail('it was made again');

  it('whoever begins to read gets what there is now, whoever goes on gets what they began with', async () => {
    await using files = open();
    const one = await files.get(ask({ wants: 'head' }), making('one'));
    const two = await files.get(ask({ client: 'other' }), making('two'));
    assert.equal(await read(await files.get(ask({ wants: 'part' }), never)), 'one');
    assert.equal(await read(await files.get(ask({ wants: 'part', client: 'other' }), never)), 'two');
    assert.equal(await read(await files.get(ask({ wants: 'part', client: 'third' }), never)), 'two');
    assert.equal(await read(await files.get(ask({ wants: 'part', client: 'third', tags: [one.tag] }), never)), 'one');
    assert.equal(await read(await files.get(ask({ wants: 'foot' }), never)), 'one');
    assert.equal(await read(await files.get(ask(), never)), 'one', 'the GET behind a HEAD');
    assert.equal(await read(await files.get(ask(), making('three'))), 'three', 'the GET after that');
    assert.equal(await read(await files.get(ask({ key: 'more' }), making('four'))), 'four');
    assert.notEqual(one.tag, two.tag);
  });

  it('the same bytes of which something else is said have another tag', async () => {
    await using files = open();
    const tags = [];
    for (const head of ['', 'incomplete', '']) tags.push((await files.get(ask(), making('same', head))).tag);
    assert.equal(tags[0], tags[2]);
    assert.notEqual(tags[0], tags[1]);
  });

  it('it is given up when the last asker has left, and only then', async () => {
    await using files = open();
    const [first, second] = [new AbortController(), new AbortController()];
    let given: (signal: AbortSignal) => void = () => {};
    const begun = new Promise<AbortSignal>((resolve) => {
      given = resolve;
    });
    const endless: Make = async (signal) => {
      given(signal);
      return { head: '', headTag: '', pieces: slow(signal) };
    };
    const asked = [first, second].map(({ signal }) => files.get(ask({ signal }), endless));
    const making = await begun;
    first.abort(new Error('gone'));
    await assert.rejects(asked[0] as Promise<unknown>, /gone/);
    assert.equal(making.aborted, false);
    second.abort(new Error('gone'));
    await assert.rejects(asked[1] as Promise<unknown>, /gone/);
    assert.equal(making.aborted, true);
    assert.equal(
      await read(await files.get(ask(), async () => ({ head: '', headTag: '', pieces: pieces('new') }))),
      'new',
    );
  });

  it('what takes too much room is refused, and what nobody reads makes room', async () => {
    await using files = open(10);
    await assert.rejects(files.get(ask(), making('x'.repeat(11))), { code: 'FILE_TOO_LONG' });
    const held = await files.get(ask({ key: 'a' }), making('aaaaaa'));
    await assert.rejects(files.get(ask({ key: 'b' }), making('bbbbbb')), { code: 'FILES_FULL' });
    assert.equal(await read(held), 'aaaaaa');
    held.file.release();
    assert.equal(await read(await files.get(ask({ key: 'b' }), making('bbbbbb'))), 'bbbbbb');
    assert.equal(await read(await files.get(ask({ key: 'a', wants: 'part' }), making('aa'))), 'aa', 'it went');
  });

  it('a failure is told to all who wait, and the next one tries again', async () => {
    await using files = open();
    const failing: Make = async () => {
      throw new Error('away');
    };
    for (const result of await Promise.allSettled([files.get(ask(), failing), files.get(ask(), failing)])) {
      assert.match(String(result.status === 'rejected' && result.reason), /away/);
    }
    const broken: Make = async () => ({ head: '', headTag: '', pieces: breaking() });
    await assert.rejects(files.get(ask(), broken), /broken/);
    assert.equal(await read(await files.get(ask(), making('back'))), 'back');
  });

  it('what turns out to be damaged while it is read is made again, and says so', async () => {
    await using files = open();
    let times = 0;
    const damaged: Make = async () => {
      times++;
      return times === 1
        ? { head: 'complete', headTag: '', pieces: damage() }
        : { head: 'incomplete', headTag: 'incomplete', pieces: pieces('rest') };
    };
    const made = await files.get(ask(), damaged);
    assert.deepEqual([made.head, await read(made), times], ['incomplete', 'rest', 2]);
  });

  it('a folder shows nothing of them', async () => {
    await using files = open();
    await files.get(ask(), making('one'));
    assert.deepEqual(await readdir(folder), []);
  });
});

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield Buffer.from(letter);
}

async function* slow(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  while (!signal.aborted) {
    yield Buffer.from('');
    await sleep(5);
  }
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
  throw new Error('broken');
}

async function* damage(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
  const block = { stock: 'A', exchange: 'X', firstTime: 0, lastTime: 0, place: 1, count: 1 };
  throw new LateDamageError(block as ConstructorParameters<typeof LateDamageError>[0]);
}
