import type { LaneCounts } from '@tickwatch/core';
import { closestName } from './closest-name.ts';
import { parseLaneCounts } from './lane-counts.ts';

/** All that is wrong with a configuration, one sentence each; the process refuses to start. */
export class ConfigError extends Error {
  readonly code = 'CONFIG';
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A file that a setting names. */
export interface SettingsFile {
  readonly path: string;
  readonly text: string;
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/**
 * Reads settings from the environment and collects every problem instead of stopping at the first.
 * Ask for all settings, then call {@link finish}. A value that can't be read is refused, never replaced by a default.
 */
export class EnvReader {
  readonly #env: Environment;
  /** Every setting that was asked for, and its default as it would be written; `undefined`: it has none. */
  readonly #asked = new Map<string, string | undefined>();
  readonly #problems: string[] = [];
  readonly #readFile: (path: string) => string;

  /** @param readFile reads a file that a setting names; given by main, so that this class does no I/O of its own */
  constructor(env: Environment, readFile: (path: string) => string = refuseFile) {
    this.#env = env;
    this.#readFile = readFile;
  }

  /** What was asked for so far, in order, with defaults: the settings that there are. */
  get asked(): ReadonlyMap<string, string | undefined> {
    return this.#asked;
  }

  text(name: string, options: { readonly default?: string } = {}): string {
    return this.#required(name, options.default, (value) => value);
  }

  /** Empty counts as not set. */
  optionalText(name: string): string | undefined {
    return this.#raw(name)?.trim() || undefined;
  }

  integer(name: string, options: Range & { readonly default?: number } = {}): number {
    return this.#required(name, options.default, (value) => this.#parseInteger(name, value, options));
  }

  /** Empty counts as not set. */
  optionalInteger(name: string, range: Range = {}): number | undefined {
    const value = this.optionalText(name);
    return value === undefined ? undefined : this.#parseInteger(name, value, range);
  }

  choice<const T extends string>(name: string, values: readonly T[], fallback: T): T {
    return this.#required(name, fallback, (value) => {
      const found = values.find((candidate) => candidate === value);
      return found ?? this.problem(`${name} is "${value}"; it can be ${values.join(' or ')}`);
    });
  }

  list(name: string, fallback: readonly string[], isValid: (item: string) => boolean = () => true): readonly string[] {
    return this.#required(name, fallback, (value) => {
      const items = [...new Set(value.split(',').map((item) => item.trim()))];
      const bad = items.filter((item) => item === '' || !isValid(item));
      return bad.length === 0
        ? items
        : this.problem(`${name} has unusable items: ${bad.map((b) => `"${b}"`).join(', ')}`);
    });
  }

  /** How many lanes each of these exchanges has: `4` for all, or `NASDAQ:4,NYSE:2` where the others have one. */
  lanes(name: string, exchanges: readonly string[]): LaneCounts {
    return this.#required(name, parseLaneCounts('1', exchanges), (value) =>
      parseLaneCounts(value, exchanges, (what) => this.problem(`${name} is "${value}"; ${what}`)),
    );
  }

  flag(name: string, fallback: boolean): boolean {
    return this.#required(name, fallback, (value) => {
      if (/^(true|on|yes|1)$/i.test(value)) return true;
      if (/^(false|off|no|0)$/i.test(value)) return false;
      return this.problem(`${name} is "${value}"; it can be on or off`);
    });
  }

  /** A URL as text; empty counts as not set. Its value never appears in a problem: it may hold a password. */
  url(name: string, { protocols }: { readonly protocols: readonly string[] }): string | undefined {
    const value = this.secret(name);
    if (value === undefined) return undefined;
    const expected = `it has to start with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`;
    if (!URL.canParse(value)) return this.problem(`${name} is not a URL; ${expected}`);
    const protocol = new URL(value).protocol.slice(0, -1);
    return protocols.includes(protocol) ? value : this.problem(`${name} is a URL of another kind; ${expected}`);
  }

  /** As {@link url}, or several of them with commas between, each whole or without what the first one says. */
  urls(name: string, { protocols }: { readonly protocols: readonly string[] }): string | undefined {
    const value = this.secret(name);
    if (value === undefined) return undefined;
    const expected = `it has to start with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`;
    const parts = value.split(',').map((part) => part.trim());
    const urls = parts.map((part, i) => (i === 0 || part.includes('://') ? part : `${protocols[0]}://${part}`));
    if (!urls.every((url) => URL.canParse(url))) return this.problem(`${name} is not a URL; ${expected}`);
    const isOne = urls.every((url) => protocols.includes(new URL(url).protocol.slice(0, -1)));
    return isOne ? value : this.problem(`${name} is a URL of another kind; ${expected}`);
  }

  /** A value that must not be shown: from NAME, or from the file that NAME_FILE names. Empty counts as not set. */
  secret(name: string): string | undefined {
    const value = this.optionalText(name);
    const file = this.optionalText(`${name}_FILE`);
    if (file === undefined) return value;
    if (value !== undefined) return this.problem(`${name} and ${name}_FILE are both set; keep one`);
    try {
      return this.#readFile(file).trim() || this.problem(`${name}_FILE names an empty file`);
    } catch (error) {
      return this.problem(`${name}_FILE can't be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The text of the file that a setting names; empty counts as not set. */
  file(name: string): SettingsFile | undefined {
    const path = this.optionalText(name);
    if (path === undefined) return undefined;
    try {
      return { path, text: this.#readFile(path) };
    } catch (error) {
      return this.problem(`${name} can't be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Notes a problem that a caller found, such as two settings that don't fit together. */
  problem(sentence: string): never | undefined {
    this.#problems.push(sentence);
    return undefined;
  }

  /** @throws ConfigError with every problem, misspelt names among them */
  finish(): void {
    const known = new Set(this.#asked.keys());
    for (const name of Object.keys(this.#env)) {
      const meant = known.has(name) ? undefined : closestName(name, known);
      if (meant !== undefined) this.#problems.push(`${name} is not a setting; ${meant} is meant?`);
    }
    // Services that share a process ask for the same settings: each problem is told once.
    if (this.#problems.length > 0) throw new ConfigError([...new Set(this.#problems)]);
  }

  #raw(name: string, fallback?: string): string | undefined {
    if (!this.#asked.has(name)) this.#asked.set(name, fallback);
    return this.#env[name];
  }

  #required<T>(name: string, fallback: T | undefined, parse: (value: string) => T | undefined): T {
    const value = this.#raw(name, writtenDefault(fallback))?.trim();
    let result = fallback;
    if (value === '') this.problem(`${name} is empty: unset it or give it a value`);
    else if (value !== undefined) result = parse(value) ?? fallback;
    else if (fallback === undefined) this.problem(`${name} is not set`);
    // After a problem the value is never used: finish() throws.
    return result as T;
  }

  #parseInteger(name: string, value: string, { min = 0, max = Number.MAX_SAFE_INTEGER }: Range): number | undefined {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    return this.problem(`${name} is "${value}"; it has to be a whole number from ${min} to ${max}`);
  }
}

/** A default as somebody would set it. */
function writtenDefault(fallback: unknown): string | undefined {
  if (typeof fallback === 'boolean') return fallback ? 'on' : 'off';
  if (typeof fallback === 'string' || typeof fallback === 'number') return String(fallback);
  if (Array.isArray(fallback)) return fallback.join(',') || undefined;
  // Lanes: as many for each exchange.
  return fallback instanceof Map ? String(fallback.values().next().value) : undefined;
}

function refuseFile(): never {
  throw new Error('files are not read here');
}
