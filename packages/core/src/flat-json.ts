/** A member's value: a string as it reads, anything else (`object`: braces; `other`: an array, true, false, null) as it is written. */
export interface JsonValue {
  readonly type: 'string' | 'number' | 'object' | 'other';
  readonly text: string;
}

export type JsonMembers = ReadonlyMap<string, JsonValue>;

/**
 * The top-level members of a JSON object with each number left as its source text, because
 * `JSON.parse` would take a price through a float.
 * @returns values by name (last one wins, as in JSON.parse); `undefined`: not a JSON object
 */
export function parseFlatJson(text: string): Map<string, JsonValue> | undefined {
  return usualMembers(text) ?? anyMembers(text);
}

const STRING = '"([^"\\\\\\u0000-\\u001f]*)"';
const NUMBER = '(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)';
const MEMBER = new RegExp(
  `[ \\t\\r\\n]*${STRING}[ \\t\\r\\n]*:[ \\t\\r\\n]*(?:${STRING}|${NUMBER}|(true|false|null))[ \\t\\r\\n]*([,}])`,
  'y',
);

/** An object of strings without escapes, numbers and words, in a third of the time; `undefined`: it is another. */
function usualMembers(text: string): Map<string, JsonValue> | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = new Map<string, JsonValue>();
  MEMBER.lastIndex = 1;
  for (;;) {
    const parts = MEMBER.exec(text);
    if (parts === null) return undefined;
    const [, name = '', string, number, word = '', end] = parts;
    if (string !== undefined) members.set(name, { type: 'string', text: string });
    else if (number !== undefined) members.set(name, { type: 'number', text: number });
    else members.set(name, { type: 'other', text: word });
    if (end === '}') return MEMBER.lastIndex === text.length ? members : undefined;
  }
}

function anyMembers(text: string): Map<string, JsonValue> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return scanMembers(text);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:,]|true|false|null/gs;

// The text has passed JSON.parse: tokens and nesting are known to be well formed.
function scanMembers(text: string): Map<string, JsonValue> {
  const members = new Map<string, JsonValue>();
  let depth = 0;
  let name: string | undefined;
  let last = '';
  let open = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === '}' || token === ']') {
      depth--;
      if (depth === 1 && name !== undefined) {
        const type = token === '}' ? 'object' : 'other';
        members.set(name, { type, text: text.slice(open, match.index + 1) });
      }
    } else if (depth === 1) {
      if (token === ':') name = JSON.parse(last) as string;
      else if (token === ',') name = undefined;
      else if (name !== undefined && last === ':') {
        if (token === '{' || token === '[') open = match.index;
        else members.set(name, scalar(token));
      }
    }
    if (token === '{' || token === '[') depth++;
    last = token;
  }
  return members;
}

function scalar(token: string): JsonValue {
  if (token.startsWith('"')) return { type: 'string', text: JSON.parse(token) as string };
  return { type: /^[-\d]/.test(token) ? 'number' : 'other', text: token };
}
