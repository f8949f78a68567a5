import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { splitFields } from '../src/files/split-fields.ts';
import { Random } from './random.ts';

describe('the short cut for rows of fields', () => {
  it('agrees with csv-parse', () => {
    const random = new Random(7);
    const letters = ['a', 'b', '"', '"', ',', ',', ' ', ';', '""'];
    let quoted = 0;
    for (let n = 0; n < 30_000; n++) {
      const length = random.integer(1, 12);
      const row = Array.from({ length }, () => letters[random.integer(0, letters.length - 1)]).join('');
      if (row.trim() === '') continue;
      const split = splitFields(row, ',');
      let expected: string[] | undefined;
      try {
        [expected] = parse(row, { relax_column_count: true, trim: true });
      } catch {}
      const fields = split !== 'open' && 'fields' in split ? split.fields.map((field) => field.trim()) : undefined;
      assert.deepEqual(
        fields,
        expected?.map((field) => field.trim()),
        row,
      );
      if (fields !== undefined && row.includes('"')) quoted++;
    }
    assert.ok(quoted > 500, `${quoted}`);
  });
});
