/**
 * Checks that dependencies point inwards: core ← alerts, folders ← feed, store, live, runtime ← services ← standalone, test, bench;
 * Grafana's dashboards use core alone, and their tests the store.
 * Biome refuses an import whose package the importing package.json does not declare, so the manifests tell all.
 * Core runs in the browser too: it may not import Node's modules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const SCOPE = '@tickwatch/';

const ADAPTERS = ['feed', 'store', 'live', 'runtime'];
const SERVICES = ['generator', 'subscriber', 'backend', 'notifier', 'client'];

/** What each package may depend on; a package that is missing here is a problem itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  alerts: ['core'],
  folders: [],
  ...Object.fromEntries(ADAPTERS.map((name) => [name, ['core', 'folders']])),
  ...Object.fromEntries(SERVICES.map((name) => [name, ['core', 'alerts', 'folders', ...ADAPTERS]])),
  standalone: ['core', 'alerts', 'folders', ...ADAPTERS, ...SERVICES],
  // Its tests try the queries on the store's tables.
  grafana: ['core', 'runtime', 'store'],
  test: ['core', 'alerts', 'folders', ...ADAPTERS, ...SERVICES],
  bench: ['core', 'alerts', ...ADAPTERS, ...SERVICES, 'test'],
};

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function packageFolders(): readonly string[] {
  const nested = ['packages', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return [...nested, join(root, 'deploy/grafana'), join(root, 'test'), join(root, 'bench')];
}

function manifestProblems(folder: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const name = manifest.name.slice(SCOPE.length);
  const allowed = ALLOWED[name];
  if (allowed === undefined) return [`${manifest.name} has no place in the layers`];
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter((dependency) => dependency.startsWith(SCOPE) && !allowed.includes(dependency.slice(SCOPE.length)))
    .map((dependency) => `${manifest.name} may not depend on ${dependency}`);
}

function coreProblems(): readonly string[] {
  const source = join(root, 'packages/core/src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => join(source, file))
    .filter((file) => file.endsWith('.ts') && /from 'node:/.test(readFileSync(file, 'utf8')))
    .map((file) => `${relative(root, file)} imports a module of Node; core runs in the browser too`);
}

const problems = [...packageFolders().flatMap(manifestProblems), ...coreProblems()];
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log('dependencies point inwards');
process.exitCode = problems.length === 0 ? 0 : 1;
