import type { MadeFile } from './made-files.ts';

const REMEDY = 'change deploy/grafana/src and run `npm run dashboards`';

/** What is wrong with the files that are there (path and text), each as a sentence; nothing when the code makes them all. */
export function differences(made: readonly MadeFile[], present: ReadonlyMap<string, string>): readonly string[] {
  const wanted = new Map(made.map(({ path, text }) => [path, text]));
  const strange = [...present.keys()]
    .filter((path) => !wanted.has(path))
    .map((path) => `deploy/grafana/${path} is made by no code: remove it, or make it in deploy/grafana/src`);
  return [...strange, ...made.flatMap((file) => differenceOf(file, present.get(file.path)))];
}

function differenceOf({ path, text }: MadeFile, is: string | undefined): readonly string[] {
  if (is === text) return [];
  if (is === undefined) return [`deploy/grafana/${path} is missing: run \`npm run dashboards\``];
  const [lines, wanted] = [is.split('\n'), text.split('\n')];
  const at = wanted.findIndex((line, index) => line !== lines[index]);
  const index = at === -1 ? wanted.length : at;
  return [
    `deploy/grafana/${path} is not what the code makes: ${REMEDY}\n` +
      `  line ${index + 1} is      ${JSON.stringify(lines[index])}\n  and should be ${JSON.stringify(wanted[index])}`,
  ];
}
