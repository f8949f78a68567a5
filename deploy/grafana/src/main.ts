/**
 * Makes the files that Grafana reads from the code beside this one: `npm run dashboards`. With `-- --check` it writes
 * nothing and fails when a file is not what the code makes.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpIfWanted, readArguments, readOrEnd } from '@tickwatch/runtime';
import { differences } from './differences.ts';
import { MADE_FOLDERS, madeFiles } from './made-files.ts';

helpIfWanted(`npm run dashboards [-- --check]

Makes the files that Grafana reads from deploy/grafana/src.

  --check   writes nothing, and fails when a file is not what the code makes

Examples:
  npm run dashboards
  npm run dashboards -- --check`);

const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = readOrEnd(() => readArguments({ options: { check: { type: 'boolean', default: false } } }));
const files = madeFiles();

if (!values.check) {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
const present = MADE_FOLDERS.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
const problems = differences(files, new Map(present.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${files.length} files of Grafana are what deploy/grafana/src makes`);
process.exitCode = problems.length === 0 ? 0 : 1;
