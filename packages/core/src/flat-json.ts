/**
 * The top-level members of a JSON object with each number left as its source text, because
 * `JSON.parse` would take a price through a float.
 * @returns strings and number texts by name (last one wins, as in JSON.parse); `undefined`: not a JSON object
 */
export function parseFlatJson(text: string): Map<string, JsonScalar> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return scanMembers(text);
}

export type JsonScalar = { readonly type: 'string' | 'number'; readonly text: string } | { readonly type: 'other' };

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
