import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, it } from 'node:test';
import { parse } from 'yaml';
import { PROJECT } from '../stack/docker.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwatch-digests-'));
after(() => rmSync(folder, { recursive: true }));

const digestOf = (image: string): string => `sha256:${Buffer.from(image).toString('hex').padEnd(64, '0').slice(0, 64)}`;

/** A checkout with what names images, and a `docker` that has, or pulls, the images of the table. */
function checkout(
  name: string,
  pulls: Readonly<Record<string, string>>,
): { readonly root: string; readonly path: string } {
  const root = join(folder, name);
  for (const file of ['compose.yaml', 'Dockerfile', 'deploy/postgres/Dockerfile', 'deploy/nginx/Dockerfile']) {
    cpSync(join(PROJECT, file), join(root, file));
  }
  const path = join(root, 'bin');
  mkdirSync(path);
  const cases = Object.entries(pulls).map(([image, digest]) => `${image}) echo ${image.split(':')[0]}@${digest} ;;`);
  const script = `#!/bin/sh
for last; do :; done
case $last in
${cases.join('\n')}
*) echo "no such image: $last" >&2; exit 1 ;;
esac
`;
  writeFileSync(join(path, 'docker'), script);
  chmodSync(join(path, 'docker'), 0o755);
  return { root, path };
}

function digests({ root, path }: { readonly root: string; readonly path: string }, ...args: readonly string[]) {
  const command = ['--import', 'tsx', 'deploy/images/src/main.ts', ...args, root];
  const env = { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: PROJECT, env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

const IMAGES = [
  'centrifugo/centrifugo:v6.2.3',
  'grafana/grafana:12.4.3',
  'nginx:1.28',
  'node:24-trixie-slim',
  'postgres:17-trixie',
  'redis:8',
  'timberio/vector:0.48.0-debian',
];
const ALL = Object.fromEntries(IMAGES.map((image) => [image, digestOf(image)]));

type Pinned = Readonly<
  Record<string, { readonly image?: string; readonly build?: { readonly args: Record<string, string> } }>
>;

it('digests of all images are written beside their tags, for every service', () => {
  const place = checkout('all', ALL);
  assert.deepEqual(digests(place).code, 0);
  const lock = readFileSync(join(place.root, 'deploy/images.lock'), 'utf8');
  for (const image of IMAGES) assert.ok(lock.includes(`\n${image} ${digestOf(image)}\n`), image);

  const { services: pinned } = parse(readFileSync(join(place.root, 'compose.pinned.yaml'), 'utf8')) as {
    services: Pinned;
  };
  const { services } = parse(readFileSync(join(place.root, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: object;
  };
  assert.deepEqual(Object.keys(pinned).sort(), Object.keys(services).sort());
  for (const [name, { image, build }] of Object.entries(pinned)) {
    for (const named of [image, ...Object.values(build?.args ?? {})]) {
      if (named !== undefined) assert.equal(named.split('@')[1], digestOf(named.split('@')[0] ?? ''), name);
    }
    assert.ok(image ?? build, name);
  }
  assert.equal(digests(place, '--check').code, 0);
});

it('an image that can’t be had keeps its digest, and the command says so', () => {
  const place = checkout('one', ALL);
  digests(place);
  const { 'redis:8': _, ...others } = ALL;
  const later = checkout('later', { ...others, 'nginx:1.28': digestOf('newer') });
  cpSync(join(place.root, 'deploy/images.lock'), join(later.root, 'deploy/images.lock'));
  const { code, said } = digests(later);
  assert.equal(code, 1);
  assert.match(said, /redis:8 keeps sha256:\w+: no such image/);
  const lock = readFileSync(join(later.root, 'deploy/images.lock'), 'utf8');
  assert.ok(lock.includes(`redis:8 ${digestOf('redis:8')}\n`));
  assert.ok(lock.includes(`nginx:1.28 ${digestOf('newer')}\n`));
});

it('the check refuses another image than the one that is locked, and asks nothing of one that was built here', () => {
  const place = checkout('locked', ALL);
  digests(place);
  const other = checkout('other', { ...ALL, 'redis:8': digestOf('another') });
  const built = checkout('built', {});
  for (const { root } of [other, built]) {
    for (const file of ['deploy/images.lock', 'compose.pinned.yaml']) cpSync(join(place.root, file), join(root, file));
  }
  const { code, said } = digests(other, '--check');
  assert.equal(code, 1);
  assert.match(said, /redis:8 on this machine is sha256:/);
  assert.equal(digests(built, '--check').code, 0);
});

it('the check refuses a lock file that is not of these images, or a line that is none', () => {
  const place = checkout('stale', ALL);
  digests(place);
  const lock = join(place.root, 'deploy/images.lock');
  const text = readFileSync(lock, 'utf8');
  writeFileSync(lock, text.replace('redis:8 ', 'redis:7 '));
  const { code, said } = digests(place, '--check');
  assert.equal(code, 1);
  assert.match(said, /redis:8 is not in the lock file/);
  assert.match(said, /redis:7 is used nowhere/);
  assert.match(said, /compose\.pinned\.yaml is not what the lock file makes/);
  writeFileSync(lock, `${text}redis:9 sha256:short\n`);
  assert.match(digests(place, '--check').said, /"redis:9 sha256:short" is not an image/);
});

it('this checkout’s lock file names its images, and without a known digest there is no pinned file', () => {
  const lock = readFileSync(join(PROJECT, 'deploy/images.lock'), 'utf8');
  for (const image of IMAGES) assert.ok(lock.includes(`\n${image} `), image);
  if (!lock.includes(' sha256:')) assert.equal(existsSync(join(PROJECT, 'compose.pinned.yaml')), false);
});
