import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A package as package-lock.json has it; `path` is where npm puts it, as `node_modules/pg`. */
export interface LockedPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; undefined where the package names none. */
  readonly licence: string | undefined;
}

type Names = Readonly<Record<string, unknown>>;

interface Entry {
  readonly version?: string;
  readonly name?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

type Entries = Readonly<Record<string, Entry>>;

function readEntries(): Entries {
  return (JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as { readonly packages: Entries }).packages;
}

function toPackage(path: string, entry: Entry): LockedPackage {
  const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { path, name, version: entry.version ?? '', licence: entry.license };
}

const isForeign = ([path, entry]: readonly [string, Entry]): boolean =>
  path.includes('node_modules/') && entry.link !== true;

/** Every package of others that npm may install here: to run, to build, to test, on any platform. */
export function lockedPackages(): readonly LockedPackage[] {
  return Object.entries(readEntries())
    .filter(isForeign)
    .map(([path, entry]) => toPackage(path, entry));
}

/** Where Node finds `name` from a package at `path`: beside it or above. */
function resolve(entries: Entries, path: string, name: string): string | undefined {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const found = entries[place];
    if (found !== undefined) return found.link === true ? found.resolved : place;
    if (folder === '') return undefined;
  }
}

/**
 * The packages of others that the services run with: what they depend on, and what that depends on, on any platform.
 * @param roots folders of workspaces, as `services/backend`
 * @throws Error a dependency that the lockfile does not have
 */
export function shippedPackages(roots: readonly string[]): readonly LockedPackage[] {
  const entries = readEntries();
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const { dependencies, optionalDependencies, peerDependencies } = entries[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = resolve(entries, path, name);
      if (found !== undefined) waiting.push(found);
      else if (dependencies?.[name] !== undefined) throw new Error(`package-lock.json has no ${name} for ${path}`);
    }
  }
  return Object.entries(entries)
    .filter((entry) => isForeign(entry) && reached.has(entry[0]))
    .map(([path, entry]) => toPackage(path, entry));
}

/** What is shipped: all services, in one process or in containers. */
export const SERVICES = ['backend', 'client', 'generator', 'notifier', 'standalone', 'subscriber'].map(
  (name) => `services/${name}`,
);
