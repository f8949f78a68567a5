import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { PROJECT } from '../stack/docker.ts';

interface Service {
  readonly image: string;
  readonly build?: string | { readonly target: string };
  readonly labels?: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const { services } = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const stages = new Map(
  read('Dockerfile')
    .split(/^FROM /m)
    .map((text) => [/^\S+ AS (\w+)/.exec(text)?.[1] ?? '', text] as const),
);
const SCOPE = '@tickwatch/';

/** What is loaded when a file runs: not what is imported for its types alone. */
const LOADED = /^(?:import|export)\b(?! type)[^;']*? from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/** The file that a package of this repository is, or exports under a name; `undefined`: it is somebody else's. */
function exportOf(name: string): string | undefined {
  if (!name.startsWith(SCOPE)) return undefined;
  const [inner = '', ...path] = name.slice(SCOPE.length).split('/');
  const { exports } = JSON.parse(read(`packages/${inner}/package.json`)) as {
    exports: Readonly<Record<string, string>>;
  };
  return join('packages', inner, exports[['.', ...path].join('/')] ?? '');
}

/** The folders of the packages of this repository that are loaded when a file runs. */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  seen.add(file);
  for (const [, ...names] of read(file).matchAll(LOADED)) {
    const name = names.find((one) => one !== undefined) ?? '';
    const next = name.startsWith('.') ? join(dirname(file), name) : exportOf(name);
    if (next?.endsWith('.ts') && !seen.has(next)) packagesOf(next, seen);
  }
  return new Set([...seen].flatMap((one) => /^packages\/\w+/.exec(one) ?? []));
}

test('every workspace has its manifest where npm installs, and each service the packages that it runs with', () => {
  const nested = ['packages', 'services'].flatMap((folder) =>
    readdirSync(join(PROJECT, folder)).map((name) => `${folder}/${name}`),
  );
  const manifests = stages.get('manifests') ?? '';
  for (const folder of nested) assert.ok(manifests.includes(`COPY ${folder}/package.json ${folder}/\n`), folder);
  const targets = Object.values(services).flatMap(({ build }) => (typeof build === 'object' ? [build.target] : []));
  assert.ok(targets.length >= 5);
  for (const target of targets) {
    const stage = `${stages.get('service')}${stages.get(target)}`;
    const [, own = ''] = /COPY (services\/\w+)(?:\/package\.json)? \1\/?\n/.exec(stage) ?? [];
    assert.ok(own !== '', target);
    const main = target === 'client' ? 'server/main.ts' : 'src/main.ts';
    for (const folder of packagesOf(join(own, main))) {
      assert.ok(stage.includes(`COPY ${folder} ${folder}\n`), `${target}: ${folder}`);
    }
  }
});

test('Vector knows the image of each container whose measurements it collects', () => {
  const { sources } = parse(read('deploy/vector/vector.yaml')) as {
    readonly sources: { readonly service_logs: { readonly include_images: readonly string[] } };
  };
  const measured = Object.values(services).filter(({ labels }) => labels?.['tickwatch.metrics'] === 'collect');
  assert.deepEqual(measured.map(({ image }) => image).sort(), sources.service_logs.include_images.toSorted());
});
