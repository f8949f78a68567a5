/** Writes what the services run with as CycloneDX, to artifacts/sbom.cdx.json or to the file that is named. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { helpIfWanted, readArguments, readOrEnd } from '@tickwatch/runtime';
import { type Bom, onlyShipped } from './bill-of-materials.ts';
import { ROOT, SERVICES, shippedPackages } from './lockfile.ts';

helpIfWanted(`npm run sbom [-- FILE]

Writes what the services run with as CycloneDX to FILE (default: artifacts/sbom.cdx.json).

Examples:
  npm run sbom
  npm run sbom -- /tmp/tickwatch.cdx.json`);

const { positionals } = readOrEnd(() => readArguments({ allowPositionals: true, options: {} }));
const file = resolve(positionals[0] ?? `${ROOT}artifacts/sbom.cdx.json`);
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const bill = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const bom = onlyShipped(JSON.parse(bill) as Bom, shippedPackages(SERVICES));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${file}: ${bom.components.length} components`);
