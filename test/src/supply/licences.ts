/**
 * Lists the licences of what the services run with, and fails when a package, also one to build or test with, has an
 * unknown licence or one that is not allowed. `--check` prints problems alone.
 */
import { helpIfWanted, readArguments, readOrEnd } from '@tickwatch/runtime';
import { byLicence, licenceProblems } from './licence-rules.ts';
import { lockedPackages, SERVICES, shippedPackages } from './lockfile.ts';

helpIfWanted(`npm run licences [-- --check]

Lists the licences of what the services run with, and fails when one is unknown or not allowed.

  --check   prints problems alone

Examples:
  npm run licences
  npm run licences -- --check`);

const { values } = readOrEnd(() => readArguments({ options: { check: { type: 'boolean', default: false } } }));
if (!values.check) {
  for (const [licence, names] of byLicence(shippedPackages(SERVICES)))
    console.log(`${licence}\n  ${names.join('\n  ')}`);
}
const all = lockedPackages();
const problems = licenceProblems(all);
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`the licences of ${all.length} packages are known and allowed`);
process.exitCode = problems.length === 0 ? 0 : 1;
