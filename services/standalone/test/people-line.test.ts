import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from '@tickwatch/runtime';
import { type PeopleLine, peopleLine } from '../src/terminal/people-line.ts';
import { RepeatedWarnings } from '../src/terminal/repeated-warnings.ts';
import { type Status, statusText } from '../src/terminal/status-text.ts';

function lineOf(level: 'info' | 'warn' | 'error' | 'fatal', fields: object, message: string): PeopleLine | undefined {
  let written = '';
  createLogger('subscriber', { write: (text) => (written += text) })[level](fields, message);
  return peopleLine(written);
}

describe('what of the log people see', () => {
  it('is nothing of measurements and of what is as it should be', () => {
    assert.equal(lineOf('info', { event: 'flush', metric: 'flush_rows', value: 3, unit: 'rows' }, ''), undefined);
    assert.equal(lineOf('info', { event: 'insert_success', rows: 3 }, 'stored 3 rows'), undefined);
  });

  it('is a warning with what it is about, once, and none of its figures', () => {
    const line = lineOf('error', { event: 'insert_failure', value: 1, error: 'wrong password' }, 'could not be stored');
    assert.ok(line?.kind === 'warning');
    assert.equal(line.text, 'could not be stored: wrong password');
    const same = lineOf('warn', { event: 'x', detail: 'a hole' }, 'there is a hole');
    assert.ok(same?.kind === 'warning' && same.text === 'there is a hole');
  });

  it('obeys nothing that a message of anybody holds: escapes are shown', () => {
    const line = lineOf('warn', { event: 'messages_rejected' }, 'such as "\x1b[2J\x1b]0;owned\x07\u202e"');
    assert.ok(line?.kind === 'warning');
    assert.equal(line.text, 'such as "\\x1b[2J\\x1b]0;owned\\x07\\u{202e}"');
  });

  it('keeps the stack of a failure that nobody expected', () => {
    const { stack } = new TypeError('x is undefined');
    const line = lineOf('fatal', { event: 'fault', error: 'x is undefined', stack }, 'the service failed');
    assert.ok(line?.kind === 'failure');
    assert.match(line.text, /^the service failed: x is undefined\nTypeError: x is undefined\n +at /);
  });
});

describe('a warning that comes again and again', () => {
  it('is shown once a minute, with how often it came since', () => {
    let now = 0;
    const warnings = new RepeatedWarnings(() => now);
    const passed = Array.from({ length: 130 }, () => {
      now += 1000;
      return warnings.pass(['subscriber insert_failure', 'text'], 'could not be stored');
    }).filter((text) => text !== undefined);
    assert.deepEqual(passed, [
      'could not be stored',
      'could not be stored (and 59 times more since)',
      'could not be stored (and 59 times more since)',
    ]);
  });

  it('is one where two services say the same, and another where it is another', () => {
    const warnings = new RepeatedWarnings(() => 0);
    assert.ok(warnings.pass(['generator feed_disconnected', 'feed disconnected'], 'a'));
    assert.equal(warnings.pass(['subscriber feed_disconnected', 'feed disconnected'], 'b'), undefined);
    assert.ok(warnings.pass(['subscriber clock_stepped', 'the clock was set'], 'c'));
  });
});

describe('the line of the state', () => {
  const status: Status = {
    ticksPerSecond: 1234.4,
    stored: 1_234_567,
    waiting: 48,
    viewers: 1,
    address: 'http://localhost:8080',
    away: [],
  };

  it('tells ticks a second, stored, waiting, viewers and the address', () => {
    assert.equal(
      statusText(status, 100),
      '1,234 ticks/s · 1,234,567 stored · 48 waiting · 1 viewer · http://localhost:8080',
    );
  });

  it('leaves out what matters least where there is little room, and is never longer than that', () => {
    for (let room = 1; room < 120; room++) assert.ok(statusText(status, room).length <= room, String(room));
    assert.equal(statusText(status, 60), '1,234 ticks/s · 1,234,567 stored · 48 waiting');
    assert.equal(statusText(status, 40), '1,234 ticks/s · 48 waiting');
    assert.equal(statusText(status, 8), '1,234 t…');
    assert.equal(statusText({ ...status, away: ['database'] }, 16), 'database away');
  });

  it('says first what is away, and nothing of viewers that are connected elsewhere', () => {
    const text = statusText({ ...status, viewers: undefined, away: ['database', 'feed'] }, 200);
    assert.match(text, /^database and feed away · 1,234 ticks\/s/);
    assert.doesNotMatch(text, /viewer/);
  });
});
