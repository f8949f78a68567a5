import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingLines, settingsAsked } from '../src/index.ts';
import { documentedSettings } from '../src/usage/settings-page.ts';

const PAGE = `
| setting | default | of | what it does |
|---|---|---|---|
| \`PORT\`, \`HOST\` | 8080; \`127.0.0.1\` | all | where it [listens](x.md) |
| \`DATABASE_URL\` | embedded | all | \`postgresql://…\` |
`;

describe('the settings of a program, for --help', () => {
  it('are those that it reads, with their defaults as they would be written and what the page says of them', () => {
    const asked = settingsAsked((env) => {
      env.integer('PORT', { default: 9 });
      env.flag('GENERATOR', true);
      env.list('EXCHANGES', ['A', 'B']);
      env.lanes('LANES', ['A', 'B']);
      env.secret('DATABASE_URL');
    });
    const lines = settingLines(
      asked,
      documentedSettings(() => PAGE),
    );
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2,}/g, '  ')),
      [
        '  PORT=9  where it listens',
        '  GENERATOR=on',
        '  EXCHANGES=A,B',
        '  LANES=1',
        '  DATABASE_URL  postgresql://… (default: embedded)',
      ],
    );
  });

  it('are all in docs/settings.md, as it is', () => {
    const documented = documentedSettings();
    assert.equal(documented.get('PORT')?.what, 'where it listens');
    assert.ok(documented.size > 40);
  });
});
