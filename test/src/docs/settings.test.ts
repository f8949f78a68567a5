import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READ =
  /\benv\s*\.(?:text|optionalText|integer|optionalInteger|choice|list|lanes|flag|urls?|secret|file)\(\s*'([A-Z_]+)'/g;

function settingsInCode(): readonly string[] {
  // Some are read by more than one service, by what these share.
  const names = ['services', 'packages/runtime'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules') && !file.includes('test'))
      .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(READ)].map(([, name]) => name)),
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The names in the first column of each table of settings. */
function settingsIn(file: string): readonly string[] {
  const names = readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  return names.filter((name) => name !== undefined).sort();
}

it('every setting that a service reads stands once in docs/settings.md, and none that no service reads', () => {
  assert.deepEqual(settingsIn('docs/settings.md'), settingsInCode());
});

it('the README shows a newcomer a few settings, all of which exist, and says where the others are', () => {
  const few = settingsIn('README.md');
  const known = settingsIn('docs/settings.md');
  assert.ok(few.length > 0 && few.length <= 10, `${few.length} settings`);
  assert.deepEqual(
    few.filter((name) => !known.includes(name)),
    [],
  );
  assert.ok(readFileSync(join(ROOT, 'README.md'), 'utf8').includes('](docs/settings.md)'));
});
