/** Runs all checks, or the one that is named; the first that fails ends it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { helpIfWanted, unknownWord } from '@tickwatch/runtime';

const CHECKS: readonly string[] = ['format', 'types', 'layers', 'dashboards', 'licences', 'digests'];
const USAGE = `npm run check [-- ${CHECKS.join('|')}]

Checks format and lint, types, the direction of dependencies, Grafana's files, licences and images; one of them where it is named.
npm run fix mends what of the format can be mended.

Examples:
  npm run check
  npm run check -- types`;

helpIfWanted(USAGE);
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !CHECKS.includes(name));
if (unknown !== undefined) {
  console.error(unknownWord(unknown, CHECKS));
  process.exit(2);
}
const cwd = fileURLToPath(new URL('../../', import.meta.url));
for (const name of wanted.length === 0 ? CHECKS : wanted) {
  const { status } = spawnSync('npm', ['run', `check:${name}`], {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
