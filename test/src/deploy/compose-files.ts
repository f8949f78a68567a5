import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import { PROJECT } from '../stack/docker.ts';

export interface ComposeService {
  readonly image: string;
  readonly container_name: string;
  readonly build?: string | { readonly context: string; readonly target: string };
  readonly pull_policy?: string;
  readonly restart: string;
  readonly init: boolean;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly logging: { readonly options: Readonly<Record<string, string>> };
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly aliases?: readonly string[] } | null>>;
  readonly network_mode?: string;
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
}

export interface Composed {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

type Value = unknown;
type Fields = Readonly<Record<string, Value>>;

export const readProject = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');

/** Stand for Compose's tags, which say how a value takes the place of another. */
const RESET = '!reset';
const OVERRIDE = '!override';

const REPLACED: ReadonlySet<string> = new Set(['command', 'entrypoint', 'test']);

function load(file: string): Fields {
  const document = parseDocument(readProject(file), { merge: true, logLevel: 'silent' });
  if (document.errors.length > 0) throw document.errors[0];
  visit(document, {
    Node(_, node: Node) {
      if (!(isMap(node) || isSeq(node) || isScalar(node))) return undefined;
      if (node.tag === RESET) return document.createNode({ [RESET]: true });
      if (node.tag !== OVERRIDE) return undefined;
      delete node.tag;
      return document.createNode({ [OVERRIDE]: node });
    },
  });
  return document.toJS() as Fields;
}

const isFields = (value: Value): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A short form `source:target[:ro]`; what is mounted at one place is one. The source may be a variable with a default. */
const targetOf = (volume: string): string => /:(\/[^:]*)(?::ro)?$/.exec(volume)?.[1] ?? volume;

function merged(base: Value, more: Value, key: string): Value {
  if (isFields(more) && OVERRIDE in more) return more[OVERRIDE];
  if (Array.isArray(base) && Array.isArray(more)) {
    if (REPLACED.has(key)) return more;
    if (key !== 'volumes') return [...base, ...more];
    const targets = new Set(more.map(targetOf));
    return [...base.filter((volume: string) => !targets.has(targetOf(volume))), ...more];
  }
  // Networks as a list are the same as a map without settings.
  if (Array.isArray(base) && isFields(more))
    return { ...Object.fromEntries(base.map((name) => [name, null])), ...more };
  if (!isFields(base) || !isFields(more)) return more ?? base;
  const entries = Object.entries(more).flatMap(([name, value]): (readonly [string, Value])[] =>
    isFields(value) && RESET in value ? [] : [[name, merged(base[name], value, name)]],
  );
  const dropped = Object.entries(more).flatMap(([name, value]) => (isFields(value) && RESET in value ? [name] : []));
  return {
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !dropped.includes(name))),
    ...Object.fromEntries(entries),
  };
}

/** A service with what it extends, of which all is taken. */
function extended({ extends: from, ...own }: Fields): Fields {
  if (from === undefined) return own;
  const { file, service } = from as { readonly file: string; readonly service: string };
  const { services } = load(file) as { readonly services: Readonly<Record<string, Fields>> };
  const base = services[service];
  if (base === undefined) throw new Error(`${file} has no service ${service}`);
  return merged(extended(base), own, service) as Fields;
}

/** What Compose makes of files over one another, variables as they stand. */
export function compose(...files: readonly string[]): Composed {
  const all = files.map((file) => {
    const { services, ...rest } = load(file) as { readonly services: Readonly<Record<string, Fields>> };
    const whole = Object.entries(services).map(([name, service]) => [name, extended(service)] as const);
    return { ...rest, services: Object.fromEntries(whole) } as Fields;
  });
  return all.reduce((base, more) => merged(base, more, '') as Fields) as unknown as Composed;
}
