import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlertRule, NewAlertRule } from '@tickwatch/core';
import { readAlertsAddress } from '../src/alerts/alerts-address.ts';
import { readDecimal } from '../src/alerts/draft-condition.ts';
import { newRuleAddress } from '../src/alerts/new-rule-address.ts';
import { pictureScale } from '../src/alerts/preview-scale.ts';
import { draftOf, emptyDraft } from '../src/alerts/rule-draft.ts';
import { ruleOf } from '../src/alerts/rule-of-draft.ts';
import { ruleSentence, secondsText } from '../src/alerts/rule-words.ts';
import { fieldOf } from '../src/alerts/use-faults.ts';
import { weekdaysText } from '../src/alerts/weekdays.ts';
import { ApiError } from '../src/api/http.ts';

const NEW_YORK = 'America/New_York';

/** As the API tells a rule that was made of this. */
function kept(rule: NewAlertRule): AlertRule {
  const { exchange = null, stocks = null, active = null, expires = null } = rule;
  const told = { id: 'a', state: 'watching', snoozed_until: null, beyond: 0, fired: 0, last_fired: null } as const;
  const rest = { once: false, rearm_seconds: 0, enabled: true, receivers: [], created: '', changed: '' };
  return { ...rest, ...told, ...rule, exchange, stocks, active, expires };
}

const RULES: readonly NewAlertRule[] = [
  {
    name: 'level',
    condition: { type: 'price_crosses', direction: 'either', level: '230.50', hysteresis: '0.5' },
    stocks: ['AAPL'],
    exchange: 'NASDAQ',
    rearm_seconds: 3600,
    active: { from: '22:00', to: '24:00', days: ['mon', 'sun'], timezone: 'Asia/Tokyo' },
    expires: '2027-01-01T00:00:00.000000Z',
    receivers: ['desk'],
    enabled: false,
  },
  {
    name: 'move',
    condition: { type: 'price_moves', direction: 'down', by: '0.25', unit: 'price', within_seconds: 5400 },
    stocks: ['A', 'B,C'],
    once: true,
  },
  { name: 'low', condition: { type: 'new_extreme', extreme: 'low', days: 5 }, active: hours() },
  { name: 'silent', condition: { type: 'silent', seconds: 90 } },
  { name: 'rate', condition: { type: 'tick_rate', below: 5 } },
  { name: 'hole', condition: { type: 'hole' }, exchange: 'NYSE' },
  { name: 'outlier', condition: { type: 'outlier' } },
  { name: 'system', condition: { type: 'system', measure: 'waiting', above: 1000 } },
];

function hours(): NonNullable<NewAlertRule['active']> {
  return { from: '09:30', to: '16:00', timezone: NEW_YORK };
}

describe('the form of a rule', () => {
  it('says of every rule exactly what it was made of: opened and kept again, nothing is another', () => {
    for (const rule of RULES) {
      const { rule: again } = ruleOf(draftOf(kept(rule), NEW_YORK), () => 'suggested');
      assert.deepEqual(again, { receivers: [], ...rule });
    }
  });

  it('is named after what it says where nobody gives it a name', () => {
    const draft = { ...emptyDraft(NEW_YORK), level: '230', stocks: ['AAPL'] };
    assert.equal(
      ruleOf(draft, (rule) => ruleSentence(rule, 'exchange')).rule?.name,
      'When AAPL crosses 230 from below, tell this page alone.',
    );
  });

  it('says which fields are missing or wrong, by the names that the API has for them', () => {
    const draft = {
      ...emptyDraft(NEW_YORK),
      hysteresis: 'x',
      rearm: { amount: '', unit: 's' as const },
      hasHours: true,
      weekdays: [],
    };
    const { faults } = ruleOf(draft, () => '');
    assert.deepEqual(Object.keys(faults ?? {}).sort(), ['active.days', 'hysteresis', 'level', 'rearm_seconds']);
  });

  it('takes prices with all their digits, as the browser’s language or as a program writes them', () => {
    assert.equal(readDecimal(' 230,50 ', ','), '230.50');
    assert.equal(readDecimal('230.5000000000000001', ','), '230.5000000000000001');
    assert.equal(readDecimal('-.5'), undefined);
    assert.equal(readDecimal('.5'), '0.5');
    for (const text of ['', '1e3', '1 000', 'NaN', '1.2.3']) assert.equal(readDecimal(text), undefined, text);
  });

  it('shows what the API refuses beside the field that it is about, also within a preview', () => {
    const fields = ['level', 'receivers', 'active.from'];
    const refused = (parameter: string): string | undefined => fieldOf(new ApiError('no', 422, { parameter }), fields);
    assert.equal(refused('condition.level'), 'level');
    assert.equal(refused('rule.condition.level'), 'level');
    assert.equal(refused('receivers.0'), 'receivers');
    assert.equal(refused('active.from'), 'active.from');
    assert.equal(refused('stocks'), undefined);
    assert.equal(fieldOf(new Error('no'), fields), undefined);
  });
});

describe('an address of the alerts', () => {
  it('that a chart makes opens the form with its price, exactly', () => {
    const level = { stock: 'A&B c', exchange: 'NASDAQ', level: '230.50', direction: 'down' } as const;
    const address = newRuleAddress(level);
    assert.equal(address, '/alerts?new=price_crosses&stock=A%26B+c&exchange=NASDAQ&level=230.50&direction=down');
    const { form, problems } = readAlertsAddress(new URL(address, 'http://a').searchParams);
    assert.deepEqual(problems, []);
    const begun = { type: 'price_crosses', direction: 'down', level: '230.50', exchange: 'NASDAQ', stocks: ['A&B c'] };
    assert.deepEqual(form, { is: 'new', begun });
  });

  it('quotes what it does not understand', () => {
    const read = (text: string) => readAlertsAddress(new URLSearchParams(text)).problems.map(({ text }) => text);
    assert.match(read('new=price_cross').join(), /new=“price_cross” is not one of price_crosses, /);
    assert.match(read('new=price_crosses&level=high').join(), /level=“high” is not a price/);
    assert.match(read('stok=AAPL').join(), /stok=“AAPL” means nothing here/);
    assert.deepEqual(read('stock=AAPL&rule=a&name=b'), []);
  });
});

describe('a rule in words', () => {
  it('reads as a sentence, with all that holds of it', () => {
    const words = RULES.map((rule) => ruleSentence(rule, 'exchange'));
    assert.deepEqual(words.slice(1), [
      'When any of A, B,C falls by 0.25 or more within 1 h 30 min, tell this page alone; once for each stock.',
      'When any stock is lower than in the last 5 days, tell this page alone; 09:30 to 16:00 (New York).',
      'When any stock has no tick for 1 min 30 s while its exchange is open, tell this page alone.',
      'When any stock has fewer than 5 ticks in a minute, tell this page alone.',
      'When ticks of NYSE are missing, tell this page alone.',
      'When any stock has a tick far from what it cost just before, tell this page alone.',
      'When more than 1,000 ticks wait to be stored, tell this page alone.',
    ]);
    assert.match(
      words[0] ?? '',
      /^When AAPL on NASDAQ crosses 230\.50, from below or from above, tell desk and this page; again when it went back by 0\.5, not again within 1 h, Mon, Sun 22:00 to 24:00 \(Tokyo\), until Dec 31, 2026 19:00:00\.$/,
    );
  });

  it('says spans of time and of days whole', () => {
    assert.deepEqual([86_400, 90_061, 3600, 45].map(secondsText), ['1 day', '25 h 1 min 1 s', '1 h', '45 s']);
    assert.equal(weekdaysText(['sun', 'mon', 'tue', 'sat', 'thu']), 'Mon–Tue, Thu, Sat–Sun');
  });
});

describe('the picture of a preview', () => {
  it('has a bar for each day, as high as it fired often, and prices between the lowest and the highest', () => {
    const at = (day: number, hour: number) => `2026-11-0${day}T${String(hour).padStart(2, '0')}:00:00.000000Z`;
    const place = (timestamp: string) => ({ timestamp, price: '12', exchange_name: null, stock_name: null, text: '' });
    const found = {
      ...{ start_time: at(1, 0), end_time: at(5, 0), fired: 4, complete: true, note: null },
      places: [at(1, 0), at(1, 23), at(3, 12), at(5, 0)].map(place),
    };
    const [start = 0, end = 0] = [at(1, 0), at(5, 0)].map((time) => Date.parse(time) * 1000);
    const prices = [{ time: start, price: 10 }];
    const { x, y, bars } = pictureScale({ found, start, end, prices, level: '14', width: 400, height: 100 });
    assert.deepEqual(
      bars.map(({ share }) => share),
      [1, 0, 0.5, 0.5],
    );
    assert.deepEqual([x(start), x((start + end) / 2), x(end)], [0, 200, 400]);
    assert.ok(y(14) > 0 && y(14) < y(12) && y(12) < y(10) && y(10) < 100);
  });
});
