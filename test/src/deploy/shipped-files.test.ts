import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';

const read = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** What the publisher puts into one publication at most. */
const PUBLICATION_BYTES = 16 * 1024;

test('no viewer is cut off for what it missed: the reply fits into the queue and through 20 Mbit/s within 3 s', async () => {
  const { client, websocket, channel } = JSON.parse(await read('deploy/centrifugo/config.json')) as {
    readonly client: { readonly recovery_max_publication_limit: number; readonly queue_max_size: number };
    readonly websocket: { readonly write_timeout: string };
    readonly channel: {
      readonly without_namespace: { readonly history_size: number };
      readonly namespaces: readonly { readonly name: string; readonly history_size: number }[];
    };
  };
  const limit = client.recovery_max_publication_limit;
  const live = channel.without_namespace.history_size;
  const [replay, board, lane] = ['replay', 'board', 'lane'].map((wanted) =>
    channel.namespaces.find(({ name }) => name === wanted),
  );
  for (const namespace of [board, lane]) assert.equal(namespace?.history_size, live);
  assert.ok(live > 0 && live <= 100, `${live} publications`);
  assert.equal(replay?.history_size, limit);
  for (const publications of [2 * live, limit]) {
    const bytes = publications * PUBLICATION_BYTES;
    assert.ok(bytes < client.queue_max_size / 2);
    assert.ok(bytes / (20_000_000 / 8) < 3);
  }
  assert.equal(websocket.write_timeout, '15s');
});

test('Centrifugo soon forgets names of replays, which anyone can make up', async () => {
  const { channel } = JSON.parse(await read('deploy/centrifugo/config.json')) as {
    readonly channel: {
      readonly namespaces: readonly { readonly name: string; readonly history_meta_ttl?: string }[];
    };
  };
  assert.deepEqual(
    channel.namespaces.map(({ name, history_meta_ttl }) => [name, history_meta_ttl]),
    // Names of boards and lanes can't be made up.
    [
      ['replay', '45s'],
      ['board', undefined],
      ['lane', undefined],
    ],
  );
});

test('a page can watch 128 exchanges and their boards on Centrifugo, as on the embedded hub, and alerts and more beside them', async () => {
  const { client } = JSON.parse(await read('deploy/centrifugo/config.json')) as {
    readonly client: { readonly channel_limit: number };
  };
  assert.equal(client.channel_limit, 260);
});

test('EXCHANGES and LANES reach every service of the stack that knows exchanges, Centrifugo among them', async () => {
  const { services } = parse(await read('compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
  };
  for (const name of ['centrifugo', 'subscriber', 'stock_generator']) {
    assert.match(services[name]?.environment?.EXCHANGES ?? '', /^\$\{EXCHANGES/, name);
    assert.match(services[name]?.environment?.LANES ?? '', /^\$\{LANES/, name);
  }
});

test('whoever needs to know when exchanges are open reads the one file that says it', async () => {
  const { services } = parse(await read('compose.yaml'), { merge: true }) as {
    readonly services: Readonly<
      Record<string, Readonly<Record<'environment' | 'volumes', Readonly<Record<string, string>>>>>
    >;
  };
  for (const name of ['backend', 'subscriber', 'stock_generator']) {
    const { environment, volumes } = services[name] ?? {};
    const mount = `\${SESSIONS_FILE:-./deploy/sessions.json}:${environment?.SESSIONS_FILE}:ro`;
    assert.ok(Object.values(volumes ?? {}).includes(mount), name);
  }
});

test('the backend knows the key to Centrifugo only where somebody may make replays', async () => {
  const { services } = parse(await read('compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
  };
  const { CENTRIFUGO_API_URL, CENTRIFUGO_API_KEY } = services.backend?.environment ?? {};
  for (const value of [CENTRIFUGO_API_URL, CENTRIFUGO_API_KEY]) assert.match(value ?? '', /^\$\{ADMIN_TOKEN:\+.+\}$/);
});

test('Vector’s rules abort on no function that cannot fail, of which it warns (E620)', async () => {
  for (const file of ['vector.yaml', 'tests.yaml']) {
    const text = await read(`deploy/vector/${file}`);
    // `.` is always an object, and these take anything or what is known to be right.
    const needless = text.match(/\b(?:length|keys|values)!\(\.\)|\b(?:exists|is_\w+|now|contains|for_each)!\(/g);
    assert.equal(needless, null, file);
  }
});
