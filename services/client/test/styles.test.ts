import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const folder = new URL('../src/styles/', import.meta.url);
const styles = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

describe('the styles, which are one file', () => {
  it('give each animation a name of its own: of two, only the last would move', () => {
    const names = [...styles.matchAll(/@keyframes ([\w-]+)/g)].map(([, name]) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });
});
