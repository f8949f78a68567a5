export type JsonScalar = { readonly type: 'string' | 'number'; readonly text: string } | { readonly type: 'other' };

/**
 * The top-level members of a JSON object with each number left as its source text, because
 * `JSON.parse` would take a price through a float.
 * @returns strings and number texts by name (last one wins, as in JSON.parse); `undefined`: not a JSON object
 */
export function parseFlatJson(text: string): Map<string, JsonScalar> | undefined {
  return usualMembers(text) ?? anyMembers(text);
}

const STRING = '"([^"\\\\\\u0000-\\u001f]*)"';
const NUMBER = '(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)';
const MEMBER = new RegExp(
  `[ \\t\\r\\n]*${STRING}[ \\t\\r\\n]*:[ \\t\\r\\n]*(?:${STRING}|${NUMBER})[ \\t\\r\\n]*([,}])`,
  'y',
);

/** An object of strings without escapes and of numbers, in a third of the time; `undefined`: it is another. */
function usualMembers(text: string): Map<string, JsonScalar> | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = new Map<string, JsonScalar>();
  MEMBER.lastIndex = 1;
  for (;;) {
    const parts = MEMBER.exec(text);
    if (parts === null) return undefined;
    const [, name = '', string, number = '', end] = parts;
    members.set(name, string === undefined ? { type: 'number', text: number } : { type: 'string', text: string });
    if (end === '}') return MEMBER.lastIndex === text.length ? members : undefined;
  }
}

function anyMembers(text: string): Map<string, JsonScalar> | undefined {
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
function scanMembers(text: string): Map<string, JsonScalar> {
  const members = new Map<string, JsonScalar>();
  let depth = 0;
  let name: string | undefined;
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') depth--;
    if (depth === 1) {
      if (token === ':') name = JSON.parse(last) as string;
      else if (token === ',') name = undefined;
      else if (name !== undefined && last === ':') members.set(name, scalar(token));
    }
    if (token === '{' || token === '[') depth++;
    last = token;
  }
  return members;
}

function scalar(token: string): JsonScalar {
  if (token.startsWith('"')) return { type: 'string', text: JSON.parse(token) as string };
  return /^[-\d]/.test(token) ? { type: 'number', text: token } : { type: 'other' };
}
