const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/** The name of a member that an object within a JSON text has twice, of which `JSON.parse` keeps the last without a word. */
export function doubledMember(text: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(last) as string;
      if (open.at(-1)?.has(name)) return name;
      open.at(-1)?.add(name);
    }
    last = token;
  }
  return undefined;
}
