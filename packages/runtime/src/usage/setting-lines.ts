import { EnvReader } from '../env-reader.ts';
import { documentedSettings } from './settings-page.ts';

const NAME_WIDTH = 34;
const LINE_WIDTH = 110;

/** The settings that something reads, in order, with their defaults as they would be written. */
export function settingsAsked(read: (env: EnvReader) => unknown): ReadonlyMap<string, string | undefined> {
  const env = new EnvReader({});
  read(env);
  return env.asked;
}

/** Settings for `--help`, each with its default and what it does. */
export function settingLines(
  settings: ReadonlyMap<string, string | undefined>,
  documented = documentedSettings(),
): readonly string[] {
  return [...settings].flatMap(([name, fallback]) => {
    // NAME_FILE names a file that holds NAME.
    const of = documented.get(name) ?? documented.get(name.replace(/_FILE$/, ''));
    if (!documented.has(name) && of !== undefined) return [];
    const absent =
      fallback !== undefined || of === undefined || ['', '–'].includes(of.fallback) ? '' : ` (default: ${of.fallback})`;
    return row(`${name}${fallback === undefined ? '' : `=${fallback}`}`, `${of?.what ?? ''}${absent}`);
  });
}

function row(name: string, text: string): readonly string[] {
  const indent = ' '.repeat(NAME_WIDTH);
  const lines = wrapped(text, LINE_WIDTH - NAME_WIDTH);
  const [first = '', ...more] = name.length < NAME_WIDTH - 2 ? lines : ['', ...lines];
  return [`  ${name}`.padEnd(NAME_WIDTH) + first, ...more.map((line) => indent + line)].map((line) => line.trimEnd());
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
