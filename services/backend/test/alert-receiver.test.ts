import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, parseTime } from '@tickwatch/core';
import { readReceiver } from '../src/alerts/read-receiver.ts';
import { readSnooze } from '../src/alerts/read-snooze.ts';
import { ParameterError } from '../src/http/problem-reply.ts';

const HOOK = { type: 'webhook', name: 'desk', url: 'https://example.com/hooks?a=b' };
const GRAFANA = { type: 'grafana', name: 'board', url: 'http://grafana:3000/', token: 'glsa_1' };

function refused(work: () => unknown, parameter: string, text: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof ParameterError, String(error));
    assert.equal(error.parameter, parameter, error.message);
    assert.match(error.message, text);
    return true;
  });
}

describe('a receiver that somebody sends', () => {
  it('of webhooks gets a secret of 256 bits where none is given, another for each, and keeps its own when it is changed', () => {
    const [one, other] = [readReceiver(HOOK), readReceiver(HOOK)];
    assert.deepEqual(one, { name: 'desk', type: 'webhook', target: HOOK.url, secret: one.secret });
    assert.match(one.secret ?? '', /^[\w-]{43}$/);
    assert.notEqual(one.secret, other.secret);
    const before = { type: 'webhook', target: HOOK.url } as const;
    assert.equal(readReceiver({ ...HOOK, url: 'http://a/#x' }, before).target, 'http://a/');
    assert.equal(readReceiver(HOOK, before).secret, undefined);
    assert.equal(readReceiver({ ...HOOK, secret: 'x'.repeat(16) }, before).secret, 'x'.repeat(16));
  });

  it('is refused where it leads nowhere, or tells a secret to everybody; no secret is quoted', () => {
    refused(() => readReceiver({ ...HOOK, url: 'ftp://example.com' }), 'url', /"ftp:\/\/example.com" is of ftp.*http/);
    refused(() => readReceiver({ ...HOOK, url: 'http://example.com:25/' }), 'url', /port 25.*443/);
    refused(() => readReceiver({ ...HOOK, url: 'example.com' }), 'url', /no address/);
    refused(() => readReceiver({ ...HOOK, url: 'https://me:word@example.com' }), 'url', /^(?!.*word@).*password/);
    for (const secret of ['word', 'word'.repeat(51), 'word\0'.repeat(5), Number('7'.repeat(20))]) {
      refused(() => readReceiver({ ...HOOK, secret }), 'secret', /^(?!.*(word|777)).*16/);
    }
    refused(() => readReceiver({ ...HOOK, name: 'desk\nBcc: x' }), 'name', /control character U\+000A/);
    refused(() => readReceiver({ ...HOOK, to: 'a@b' }), 'to', /receivers of type webhook have none/);
    refused(() => readReceiver({ ...HOOK, type: 'mail' }), 'type', /did you mean email/);
    refused(() => readReceiver({ ...HOOK, target: 'x' }), 'target', /leave it out/);
    refused(() => readReceiver({ ...GRAFANA, token: 'a b' }), 'token', /^(?!.*a b)/);
  });

  it('of mail has one address, and nothing that could become a header', () => {
    assert.equal(readReceiver({ type: 'email', name: 'm', to: ' desk@example.com ' }).target, 'desk@example.com');
    for (const to of ['desk', 'a@b, c@d', 'a@b\r\nBcc: c@d', 'Desk <a@b>', 'a b@c']) {
      refused(() => readReceiver({ type: 'email', name: 'm', to }), 'to', /no address of mail.*desk@example.com/);
    }
  });

  it('stays of its type; a token is not sent to another address without being given again', () => {
    const before = { type: 'grafana', target: 'http://grafana:3000/' } as const;
    const { token, ...bare } = GRAFANA;
    assert.equal(readReceiver(bare, before).secret, undefined);
    refused(() => readReceiver({ ...bare, url: 'http://elsewhere/' }, before), 'token', /another url/);
    assert.equal(readReceiver({ ...bare, url: 'http://elsewhere/', token }, before).secret, token);
    refused(() => readReceiver(HOOK, before), 'type', /it stays grafana/);
  });
});

describe('a snooze', () => {
  const now = parseTime('2026-11-27T14:30:00Z') as EpochMicros;

  it('ends at a moment to come, of a date where that day begins; null ends it now', () => {
    assert.equal(
      readSnooze({ until: '2026-11-30', timezone: 'Europe/Berlin' }, now),
      parseTime('2026-11-29T23:00:00Z'),
    );
    assert.equal(readSnooze({ until: null }, now), undefined);
    refused(() => readSnooze({}, now), 'until', /missing.*null/);
    refused(() => readSnooze({ until: '2026-11-27' }, now), 'until', /"2026-11-27" is over already/);
    refused(() => readSnooze({ untill: null }, now), 'untill', /did you mean until/);
  });
});
