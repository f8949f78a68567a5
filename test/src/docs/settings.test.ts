import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READ =
  /\benv\s*\.(?:text|optionalText|integer|optionalInteger|choice|list|lanes|flag|url|secret|file)\(\s*'([A-Z_]+)'/g;

function settingsInCode(): readonly string[] {
  // Some are read by more than one service, by what these share.
  const names = ['services', 'packages/runtime'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules') && !file.includes('test'))
      .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(READ)].map(([, name]) => name)),
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

it('every setting that a service reads stands in the README, and none that no service reads', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('| setting |'), readme.indexOf('## More'));
  const documented = table
    .split('\n')
    .slice(2)
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  assert.deepEqual([...new Set(documented)].sort(), settingsInCode());
});
