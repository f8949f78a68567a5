import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

type IsFromTickwatch = (headers: Readonly<Record<string, string>>, body: string, secret: string) => boolean;

/** The lines of the page, as somebody copies them. */
async function copied(): Promise<IsFromTickwatch> {
  const page = await readFile(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
  const lines = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(lines)}`);
  return (module as { readonly isFromTickwatch: IsFromTickwatch }).isFromTickwatch;
}

describe('the lines by which a receiver checks a signature', () => {
  const secret = 'a secret of this test';
  const body = '{"text":"AAPL crossed 230 from below: 230.05 – é"}';
  const signed = (seconds: number, key = secret) => ({
    'x-tickwatch-timestamp': String(seconds),
    'x-tickwatch-signature': `v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`,
  });
  const now = Math.floor(Date.now() / 1000);

  it('take what is signed, and nothing that is changed, older, of another key or not signed', async () => {
    const isFromTickwatch = await copied();
    assert.equal(isFromTickwatch(signed(now), body, secret), true);
    assert.equal(isFromTickwatch(signed(now), `${body} `, secret), false);
    assert.equal(isFromTickwatch(signed(now - 301), body, secret), false);
    assert.equal(isFromTickwatch({ ...signed(now - 301), 'x-tickwatch-timestamp': String(now) }, body, secret), false);
    assert.equal(isFromTickwatch(signed(now, 'another'), body, secret), false);
    assert.equal(isFromTickwatch({}, body, secret), false);
  });
});
