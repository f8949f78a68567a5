import { playScene, SCENES, type Scene } from './scenes.ts';

export const TRANSCRIPT_FILE = 'docs/terminal.md';

const BEGIN = `# What the terminal shows

On a terminal \`npm start\` says how it is in lines for people; piped, or with \`LOG_FORMAT=json\`, it writes JSON lines, as the
services of the stack do. \`LOG_FORMAT=text\` writes lines for people also where there is no terminal.

- The last line tells ticks a second, ticks stored since the start, ticks that wait to be stored, viewers, and the address; in
  a narrow window it leaves out what matters least. What is away (database, feed, live server) stands first.
- Warnings stand above it, each kind once a minute at most; what was not shown is counted.
- \`NO_COLOR\` is obeyed. Where a line can't be written over (\`TERM=dumb\`), the state is a line once a minute.
- What can be expected to fail is a sentence, and so it is in the services' JSON (\`start_failed\`) and in all commands; what nobody
  expected has its stack.
- While it starts, the page and the API answer 503 with \`Retry-After\`, \`/healthz\` 200 and \`/readyz\` 503.
- Ctrl-C stores what waits and ends; a second one ends at once.
- \`--help\` after any command (\`npm run import -- --help\`, \`npm start -- --help\`) tells its arguments, settings and examples.

All below is made by \`npm run transcript\`, on a terminal of 110 columns; a test keeps it true.
`;

/** The page, from scenes that were played. */
export function transcript(played: ReadonlyMap<Scene, readonly string[]>): string {
  const parts = [...played].map(
    ([{ title, about, command }, lines]) =>
      `\n## ${title}\n\n${about}\n\n\`\`\`text\n$ ${command}\n${lines.join('\n')}\n\`\`\`\n`,
  );
  return BEGIN + parts.join('');
}

/** Plays all scenes, one after another. */
export async function playAll(): Promise<ReadonlyMap<Scene, readonly string[]>> {
  const played = new Map<Scene, readonly string[]>();
  for (const scene of SCENES) played.set(scene, await playScene(scene));
  return played;
}

/** A page without its figures, and its parts in no order: what has to be the same each time. */
export function shapeOf(page: string): readonly string[] {
  return page
    .split('\n')
    .map((line) =>
      line
        .replace(/\d+(?:[.,]\d+)*/g, '0')
        .replace(/ +/g, ' ')
        .replace(/\b(warn|error) /, 'warning ')
        .trim(),
    )
    .sort();
}
