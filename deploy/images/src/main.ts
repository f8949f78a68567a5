/**
 * Renews the digests of the images that the stack is made of: asks their registries, writes deploy/images.lock and
 * compose.pinned.yaml. `--check` asks nobody: it fails when the lock file doesn't name what is used, when an image that
 * was pulled to this machine is another one, or when compose.pinned.yaml is not what the lock file makes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockProblems } from './differences.ts';
import { localDigests, pulledDigest } from './docker-images.ts';
import { type Digests, formatLock, parseLock } from './lock-file.ts';
import { formatPinned } from './pinned-file.ts';
import { type UsedImage, usedImages } from './used-images.ts';

const USAGE = `npm run digests [-- --check] [-- FOLDER]

Renews the digests of the images that the stack is made of (needs Docker and its registries): deploy/images.lock and
compose.pinned.yaml, in the repository or in FOLDER.

  --check   asks nobody and writes nothing; fails when a digest is not what it should be

Examples:
  npm run digests
  npm run digests -- --check`;

const words = process.argv.slice(2);
if (words.some((word) => word === '--help' || word === '-h')) {
  console.log(USAGE);
  process.exit();
}
const unknown = words.find((word) => word.startsWith('-') && word !== '--check');
if (unknown !== undefined) {
  console.error(`"${unknown}" is not known here; --check is meant?\n--help tells more`);
  process.exit(2);
}
const [root = fileURLToPath(new URL('../../../', import.meta.url))] = words.filter((word) => word !== '--check');
const lockFile = join(root, 'deploy/images.lock');
const pinnedFile = join(root, 'compose.pinned.yaml');

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

function check(used: readonly UsedImage[], digests: Digests): readonly string[] {
  const stale =
    read(pinnedFile) === formatPinned(used, digests) ? [] : ['compose.pinned.yaml is not what the lock file makes'];
  return [...lockProblems(used, digests, localDigests), ...stale];
}

function renew(used: readonly UsedImage[], digests: Digests): readonly string[] {
  const renewed = new Map<string, string | undefined>();
  const problems: string[] = [];
  for (const { image } of used) {
    renewed.set(image, digests.get(image));
    try {
      renewed.set(image, pulledDigest(image));
    } catch (error) {
      problems.push(
        `${image} keeps ${digests.get(image) ?? 'no digest'}: ${error instanceof Error ? error.message : error}`,
      );
    }
    if (renewed.get(image) !== digests.get(image)) console.log(`${image} is ${renewed.get(image)}`);
  }
  writeFileSync(lockFile, formatLock(renewed));
  const pinned = formatPinned(used, renewed);
  if (pinned !== undefined) writeFileSync(pinnedFile, pinned);
  return problems;
}

const used = usedImages(root);
const digests = parseLock(read(lockFile) ?? '');
const problems = process.argv.includes('--check') ? check(used, digests) : renew(used, digests);
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error('`npm run digests` renews them, with Docker and its registries in reach');
else console.log(`the digests of ${used.length} images are as they should be, where they are known`);
process.exitCode = problems.length === 0 ? 0 : 1;
