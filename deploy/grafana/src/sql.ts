/** SQL as it stands in the code, without the indentation of the code around it. A value keeps its place on every line. */
export function sql(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const [least = ''] = (parts.join('').match(/(?<=\n) *(?=\S)/g) ?? []).sort();
  const texts = parts.map((part) => part.replaceAll(`\n${least}`, '\n'));
  return texts
    .slice(1)
    .reduce((text, part, index) => text + indented(values[index] ?? '', text) + part, texts[0] ?? '')
    .trim();
}

function indented(value: string, before: string): string {
  const indent = /^ */.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0] ?? '';
  return value.replaceAll('\n', `\n${indent}`);
}

/** A text as SQL's literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
