import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { asOf } from '../src/api/as-of.ts';
import { goLive, goToMoment } from '../src/moment/moment.ts';

const AT = 1_790_000_000_123_456;
const parametersOf = (address: string) => Object.fromEntries(new URLSearchParams(asOf(address).address.split('?')[1]));

describe('requests while the page shows the past', () => {
  afterEach(() => goLive());

  it('ask for nothing else while it is live', () => {
    assert.deepEqual(asOf('/api/board?limit=5'), { address: '/api/board?limit=5', moment: undefined });
  });

  it('ask the board as of the moment, and its further pages as of that of the first', () => {
    goToMoment(AT);
    assert.deepEqual(parametersOf('/api/board?limit=5&stocks=A&stocks=B'), { limit: '5', stocks: 'B', time: `${AT}` });
    assert.equal(asOf('/api/board').moment, AT);
    const next = asOf(`/api/board?cursor=x&time=${AT - 7}`);
    assert.equal(next.moment, AT - 7);
    assert.match(next.address, new RegExp(`time=${AT - 7}`));
  });

  it('end at the moment wherever they would end later, or with now', () => {
    goToMoment(AT);
    assert.equal(parametersOf('/api/candles/A%2FB?start_time=5000000').end_time, `${AT}`);
    assert.match(asOf('/api/candles/A%2FB?start_time=5000000').address, /^\/api\/candles\/A%2FB\?/);
    assert.equal(parametersOf(`/api/gaps?end_time=${AT + 1}`).end_time, `${AT}`);
    assert.equal(parametersOf('/api/average/A?end_time=2026-01-01T00:00:00Z').end_time, '1767225600000000');
    assert.deepEqual(parametersOf(`/api/prices/A?start_time=${AT + 9}&end_time=${AT + 20}`), {
      start_time: `${AT}`,
      end_time: `${AT}`,
    });
  });

  it('are the same where they are of no time, or of the calendar', () => {
    goToMoment(AT);
    for (const address of ['/api/system', '/api/sessions?start_time=1', '/api/coverage', '/api/stocks/count'])
      assert.equal(asOf(address).address, address);
  });
});
