import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { asStartError, ConfigError, expectedFailure, listenProblem, StartError } from '../src/index.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a failure at the start', () => {
  it('is a sentence where the system refuses a file, a folder, a disk', () => {
    assert.equal(
      expectedFailure(thrownBy(() => mkdirSync('/dev/null/x'))),
      '/dev/null/x has a file where a folder has to be (ENOTDIR, mkdir)',
    );
    assert.equal(
      expectedFailure(thrownBy(() => readFileSync('/nowhere/x'))),
      '/nowhere/x does not exist (ENOENT, open)',
    );
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path: '/data/x' });
    assert.equal(expectedFailure(full), '/data/x has no room: the disk is full (ENOSPC, write)');
  });

  it('is its message where it is an error of this house', () => {
    assert.equal(expectedFailure(new StartError('the port is taken')), 'the port is taken');
    assert.match(expectedFailure(new ConfigError(['X is wrong'])) ?? '', /X is wrong/);
    assert.throws(() => asStartError(new Error('PostgreSQL does not start')), StartError);
  });

  it('keeps its stack where nobody expected it', () => {
    const unexpected = [
      thrownBy(() => (undefined as unknown as { x: number }).x),
      thrownBy(() => new URL('no url')),
      new Error('something'),
      Object.assign(new Error('x'), { code: '42601', name: 'error' }),
      'a text',
    ];
    for (const error of unexpected) assert.equal(expectedFailure(error), undefined, String(error));
    const fault = new TypeError('x');
    assert.throws(
      () => asStartError(fault),
      (error: unknown) => error === fault,
    );
  });

  it('names the setting of the port, and of its host', () => {
    const taken = Object.assign(new Error('x'), { code: 'EADDRINUSE' });
    assert.match(listenProblem(taken, '127.0.0.1', 9101), /^port 9101 is in use: set PORT to another.* PORT=9102$/);
    assert.match(listenProblem(taken, '127.0.0.1', 65_535, 'OPS_PORT'), /set OPS_PORT to another.* OPS_PORT=8080$/);
    const forbidden = Object.assign(new Error('x'), { code: 'EACCES' });
    assert.match(
      listenProblem(forbidden, '127.0.0.1', 80),
      /^port 80 is not for this user: set PORT to one from 1024 on/,
    );
    const unknown = Object.assign(new Error('x'), { code: 'EADDRNOTAVAIL' });
    assert.match(
      listenProblem(unknown, '10.1.1.1', 80, 'OPS_PORT'),
      /^OPS_HOST is "10\.1\.1\.1".*OPS_HOST=127\.0\.0\.1/,
    );
  });
});
