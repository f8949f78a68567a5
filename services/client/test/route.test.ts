import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routeOf, stockAddress } from '../src/route.ts';

const NAMES = [
  ...[
    'AAPL',
    'BRK.B',
    '.',
    '..',
    '...',
    'a/b',
    '/',
    '//',
    '../x',
    '\\',
    'a\\b',
    '100%',
    '%2F',
    '%',
    '?',
    'a?b=c',
    '#',
    'a#b',
  ],
  ...[
    ' ',
    '  a  ',
    '\u00a0',
    '\u200b',
    '🚀',
    'Ünïcödé',
    '日本',
    'a&b=c',
    '+',
    'a+b',
    ';',
    'a:b',
    '\t',
    'x'.repeat(255),
  ],
];

/** As a browser reads an address that it is given. */
function opened(address: string): URL {
  return new URL(address, 'http://localhost');
}

describe('addresses of the page', () => {
  it('leads from every stock’s name to that stock, however browsers tidy the address', () => {
    for (const name of NAMES) {
      for (const exchange of [undefined, 'N/A?']) {
        const url = opened(stockAddress(name, exchange, { from: '1' }));
        assert.deepEqual(routeOf(url.pathname, url.searchParams), { view: 'stock', stock: name }, url.href);
        assert.equal(url.searchParams.get('exchange') ?? undefined, exchange);
        assert.equal(url.searchParams.get('from'), '1');
      }
    }
  });

  it('keeps usual names in the path, where people expect them', () => {
    assert.equal(stockAddress('BRK.B'), '/stock/BRK.B');
    assert.equal(stockAddress('AAPL', 'NASDAQ'), '/stock/AAPL?exchange=NASDAQ');
    assert.equal(stockAddress('..'), '/stock/?name=..');
  });

  it('takes no notice of slashes at the end, and reads names that were written with a slash inside', () => {
    const views = [
      ['/', 'board'],
      ['//', 'board'],
      ['/history/', 'history'],
      ['/system//', 'system'],
      ['/stock/AAPL/', 'stock'],
      ['/stock/a%2Fb', 'stock'],
      ['/stock/', 'nothing'],
      ['/stock', 'nothing'],
      ['/stock/a/b', 'nothing'],
      ['/histories', 'nothing'],
    ] as const;
    for (const [path, view] of views) assert.equal(routeOf(path, new URLSearchParams()).view, view, path);
    assert.deepEqual(routeOf('/stock/100%', new URLSearchParams()), { view: 'stock', stock: '100%' });
  });
});
