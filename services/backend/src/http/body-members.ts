import { parsePrice, TIME_FORMS, type TimeZone } from '@tickwatch/core';
import { type MomentSpan, readSpan } from './moment.ts';
import { nearestParameter } from './nearest-parameter.ts';
import { nearestValue } from './nearest-value.ts';
import { ParameterError, quoted } from './problem-reply.ts';
import { readZone } from './zone.ts';

/** The longest name that there is of a stock or an exchange. */
export const LONGEST_NAME = 255;
/** More digits than any price has. */
const MOST_DIGITS = 60;

/** Of what is shown in one line, in logs and in the heads of mails. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** A surrogate without its other half. */
const HALF = /\p{Surrogate}/u;

export interface MembersOptions {
  /** All that it may have, in the order in which they are told. */
  readonly known: readonly string[];
  /** Shown to whoever sends something else. */
  readonly example?: object;
  /** Where it stands, such as `condition`; default: it is the body. */
  readonly path?: string;
  /** A better word about a member that is not known. */
  readonly hint?: (name: string) => string | undefined;
}

/**
 * The members of a JSON object that somebody sent, read one at a time; null is as good as left out. Whatever is wrong is a
 * {@link ParameterError} that names the member with its path, quotes what was given and says what would be right.
 */
export class BodyMembers {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws ParameterError no object, or a member that is not known */
  constructor(value: unknown, { known, example, path, hint }: MembersOptions) {
    const what = path ?? 'the body';
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const right = example === undefined ? 'leave it out' : `give one, as ${JSON.stringify(example)}`;
      throw new ParameterError(path ?? 'body', `${what} is no JSON object: ${right}`);
    }
    this.#path = path === undefined ? '' : `${path}.`;
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const nearest = nearestParameter(name, known);
      const better = hint?.(name) ?? (nearest === undefined ? undefined : `did you mean ${nearest}?`);
      const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
      throw new ParameterError(
        this.#path + name,
        `${quoted(name)} is no member of ${path ?? 'this body'}${better === undefined ? '' : `: ${better}`} (${takes})`,
      );
    }
    this.#members = value as Readonly<Record<string, unknown>>;
  }

  /** What was given; `undefined`: nothing. */
  given(name: string): unknown {
    return this.#members[name] ?? undefined;
  }

  /** Whether it was given, also as null. */
  has(name: string): boolean {
    return this.#members[name] !== undefined;
  }

  /** @param right what would be right, in a sentence that goes on behind a colon */
  refuse(name: string, why: string, right: string): never {
    const path = this.#path + name;
    // Of a list, the one that is wrong is told by the text.
    throw new ParameterError(path.replace(/\[\d+\]$/, ''), `${path} ${why}: ${right}`);
  }

  /** @param right as for {@link refuse} */
  required(name: string, right: string): unknown {
    const value = this.given(name);
    return value === undefined ? this.refuse(name, 'is missing', right) : value;
  }

  /** A text that is not empty. */
  text(name: string, most: number, right: string): string {
    return this.#text(name, this.required(name, right), most, right);
  }

  /** What something is to be called: a text of one line. */
  title(name: string, most: number, right: string): string {
    const text = this.text(name, most, right);
    const found = CONTROL.exec(text)?.[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return found === undefined ? text : this.refuse(name, `holds the control character U+${found}`, 'leave it out');
  }

  #text(name: string, value: unknown, most: number, right: string): string {
    if (typeof value !== 'string') return this.refuse(name, `${shown(value)} is no text`, right);
    if (value.trim() === '') return this.refuse(name, `${quoted(value)} is empty`, right);
    if (value.length > most) {
      return this.refuse(name, `${quoted(value)} has ${value.length} characters`, `give ${most} at most`);
    }
    // Neither has a place in a text of PostgreSQL.
    if (value.includes('\0')) return this.refuse(name, `${quoted(value)} holds a NUL character`, 'leave it out');
    return HALF.test(value) ? this.refuse(name, `${quoted(value)} holds half of a character`, 'leave it out') : value;
  }

  /**
   * Names of a list, each once; `undefined`: none is given.
   * @param whenEmpty what would be right where an empty list is not
   */
  names(name: string, most: number, example: readonly string[], whenEmpty?: string): readonly string[] | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    const right = `give names, as ${JSON.stringify(example)}`;
    if (!Array.isArray(value)) return this.refuse(name, `${shown(value)} is no list`, right);
    if (value.length === 0 && whenEmpty !== undefined) return this.refuse(name, 'is empty', whenEmpty);
    if (value.length > most) return this.refuse(name, `has ${value.length} names`, `give ${most} at most`);
    return [...new Set(value.map((item, index) => this.#text(`${name}[${index}]`, item, LONGEST_NAME, right)))];
  }

  flag(name: string): boolean | undefined {
    const value = this.given(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.refuse(name, `${shown(value)} is neither true nor false`, 'give one of them, without quotes');
  }

  /** A whole number within bounds; `undefined`: none is given. */
  whole(name: string, least: number, most: number): number | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    const why = typeof value === 'number' && !Number.isInteger(value) ? 'is no whole number' : 'is not within bounds';
    return this.refuse(
      name,
      `${shown(value)} ${typeof value === 'number' ? why : 'is no number'}`,
      `give a whole number from ${least} to ${most}`,
    );
  }

  /** One of some words. */
  word<const T extends string>(name: string, words: readonly T[]): T {
    const right = `give ${new Intl.ListFormat('en', { type: 'disjunction' }).format(words)}`;
    const value = this.required(name, right);
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const nearest = typeof value === 'string' ? nearestValue(value, words) : undefined;
    return this.refuse(
      name,
      `${shown(value)} is not known`,
      nearest === undefined ? right : `did you mean ${nearest}? (${words.join(', ')})`,
    );
  }

  /** A decimal with all its digits; `undefined`: none is given. */
  decimal(name: string, example: string): string | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    const right = `give a decimal, as ${example} or ${JSON.stringify(example)}`;
    if (typeof value !== 'string' && typeof value !== 'number') {
      return this.refuse(name, `${shown(value)} is no number`, right);
    }
    const text = String(value).trim();
    const digits = parsePrice(text, { signed: true });
    if (digits === undefined) {
      const bare = parsePrice(text.replace(/[\s,_'’]/g, ''), { signed: true });
      const hint = bare === undefined ? right : `${right}, without separators`;
      return this.refuse(name, `${quoted(value)} is no decimal`, hint);
    }
    if (digits.length > MOST_DIGITS) {
      return this.refuse(name, `${quoted(value)} has ${digits.length} digits`, `give ${MOST_DIGITS} at most`);
    }
    return digits;
  }

  /** What a time stands for: of a day, all of it. `undefined`: none is given. */
  span(name: string, zone: TimeZone | undefined): MomentSpan | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') {
      return this.refuse(name, `${shown(value)} is no time`, `give ${TIME_FORMS}`);
    }
    return readSpan(this.#path + name, String(value), zone);
  }

  /** The zone in which times without an offset are read; `undefined`: UTC. */
  zone(name = 'timezone'): TimeZone | undefined {
    if (this.given(name) === undefined) return undefined;
    const text = this.text(name, 64, 'give an IANA name such as America/New_York');
    return readZone(text, this.#path + name);
  }
}

/** What somebody gave that is no text. */
function shown(value: unknown): string {
  return typeof value === 'string'
    ? quoted(value)
    : quoted(JSON.stringify(value)).replace(/^"(-?[\d.e+]+|true|false)"$/, '$1');
}
