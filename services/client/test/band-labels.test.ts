import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bandLabels, type Extent } from '../src/stock/band-labels.ts';
import type { Band } from '../src/stock/chart-bands.ts';

type Labelled = Pick<Band, 'kind' | 'labels'>;

const MISSING: readonly string[] = [
  'missing: nobody was listening · 1,234 messages',
  'missing · 1,234 messages',
  'missing',
];
const measure = (text: string): number => text.length * 6;

const band = (kind: Band['kind'], labels: readonly string[]): Labelled => ({ kind, labels });

function written(...areas: readonly (readonly [Labelled, number, number])[]) {
  const labels = bandLabels(
    areas.map(([one, left, right]) => [one, { left, right }] as const),
    measure,
  );
  return areas.map(([one]) => labels.get(one));
}

describe('labels of bands', () => {
  it('leave no band: they are shorter in a narrow one, end with … in a narrower one, and are left out in a sliver', () => {
    const texts = [500, 160, 60, 46, 20].map((width) => written([band('missing', MISSING), 0, width])[0]?.text);
    assert.deepEqual(texts, [...MISSING, 'miss…', undefined]);
  });

  it('never lie on each other where bands do', () => {
    for (let shift = 0; shift < 300; shift += 7) {
      const labels = written(
        [band('missing', MISSING), 0, 200],
        [band('missing', MISSING), shift, shift + 150],
        [band('closed', ['closed']), 180, 260],
      );
      const found = labels.filter((label) => label !== undefined);
      for (const one of found) {
        for (const other of found) assert.ok(one === other || isApart(one, other), `over each other at ${shift}`);
      }
    }
  });

  it('tell what is missing first, whatever is wider', () => {
    const [closed, missing] = written([band('closed', ['closed']), 0, 300], [band('missing', MISSING), 100, 200]);
    assert.equal(missing?.text, 'missing');
    assert.equal(closed?.text, 'closed');
    assert.ok(closed !== undefined && missing !== undefined && isApart(closed, missing));
  });
});

function isApart(a: Extent, b: Extent): boolean {
  return a.right < b.left || b.right < a.left;
}
