import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** What a newcomer reads before leaving; the rest stands in docs. */
const MOST_LINES = 180;

describe('the README', () => {
  it('shows each container of the stack in its diagram', () => {
    const diagram = /```mermaid\n(.*?)```/s.exec(README)?.[1] ?? '';
    const compose = readFileSync(join(ROOT, 'compose.yaml'), 'utf8');
    const names = [...compose.matchAll(/^ {4}container_name: (\w+)$/gm)].map(([, name = '']) => name);
    assert.ok(names.length >= 10);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(diagram)),
      [],
    );
  });

  it('leads from a clone to an answer with its first commands, and is short', () => {
    const blocks = [...README.matchAll(/```\n(.*?)```/gs)].map(([, text = '']) => text.trim());
    assert.deepEqual(blocks.slice(0, 1), ['npm ci\nnpm start']);
    assert.match(blocks[1] ?? '', /^curl '.*\/api\/average\/AAPL'$/m);
    assert.match(blocks[2] ?? '', /^npm run import -- \S+$/m);
    const lines = README.split('\n').length;
    assert.ok(lines <= MOST_LINES, `${lines} lines`);
  });

  it('says that an import works beside a running npm start', () => {
    assert.match(README, /`import` works beside a running `npm start`/);
  });

  it('names no command of npm that there is not', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    for (const [, name = ''] of README.matchAll(/npm run ([\w:]+)/g)) assert.ok(name in scripts, name);
  });
});
