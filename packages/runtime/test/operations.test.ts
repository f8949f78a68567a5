import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { type ConfigError, EnvReader } from '../src/env-reader.ts';
import { silentLogger } from '../src/logger.ts';
import { createMetrics } from '../src/metrics.ts';
import { type Operations, openOperations, operations, operatorCheck } from '../src/operations.ts';

function read(settings: Readonly<Record<string, string>>): Operations {
  const env = new EnvReader(settings);
  const found = operations(env);
  env.finish();
  return found;
}

function isOperator(settings: Readonly<Record<string, string>>, address: string | undefined, header?: string): boolean {
  const headers = header === undefined ? {} : { [header]: 'anything' };
  const request = { headers, socket: { remoteAddress: address } } as unknown as IncomingMessage;
  return operatorCheck(read(settings))(request);
}

describe('who is told figures and details', () => {
  it('without settings, who comes straight from this machine, and nobody else', () => {
    for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
      assert.ok(isOperator({}, address), address);
    for (const address of [
      '192.168.1.5',
      '10.0.0.1',
      '192.0.2.1',
      '2001:db8::1',
      '::ffff:192.168.1.5',
      '',
      undefined,
    ]) {
      assert.ok(!isOperator({}, address), address);
    }
  });

  it('nobody whom a proxy on this machine passes on', () => {
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-host']) {
      assert.ok(!isOperator({}, '127.0.0.1', header), header);
    }
  });

  it('OPS_ALLOW names others, or nobody', () => {
    assert.ok(isOperator({ OPS_ALLOW: 'loopback,10.0.0.0/8' }, '10.1.2.3'));
    assert.ok(!isOperator({ OPS_ALLOW: '10.0.0.0/8' }, '127.0.0.1'));
    assert.ok(!isOperator({ OPS_ALLOW: 'none' }, '127.0.0.1'));
  });

  it('what is no address is quoted, with what would be right', () => {
    for (const settings of [{ OPS_ALLOW: 'localhost' }, { OPS_ALLOW: 'none,loopback' }, { OPS_PORT: '99999' }]) {
      const [[name, value] = ['', '']] = Object.entries(settings);
      assert.throws(
        () => read(settings),
        ({ problems: [problem = ''] }: ConfigError) =>
          problem.startsWith(name) && problem.includes(value.split(',', 1)[0] ?? ''),
      );
    }
  });
});

describe('the port for operators', () => {
  const registry = createMetrics('test');
  const readiness = async () => ({ database: { ok: false, detail: 'connect ECONNREFUSED 10.0.0.3:5432' } });

  it('tells everything, and is not there unless it is set', async () => {
    await using _none = await openOperations(read({}), silentLogger, { registry, readiness });
    let port = 0;
    const log = {
      ...silentLogger,
      info: (fields: { port?: number }) => (port = fields.port ?? 0),
    } as unknown as typeof silentLogger;
    await using _ops = await openOperations(read({ OPS_PORT: '0' }), log, { registry, readiness });
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /"database":\{"ok":false,"detail":"connect ECONNREFUSED 10.0.0.3:5432"\}/);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    assert.equal(metrics.headers.get('x-content-type-options'), 'nosniff');
    assert.match(await metrics.text(), /process_cpu_seconds_total/);
  });

  it('a port that is taken is named with its setting', async () => {
    let port = 0;
    const log = {
      ...silentLogger,
      info: (fields: { port?: number }) => (port = fields.port ?? 0),
    } as unknown as typeof silentLogger;
    await using _ops = await openOperations(read({ OPS_PORT: '0' }), log, { registry, readiness });
    const again = openOperations(read({ OPS_PORT: String(port) }), silentLogger, { registry, readiness });
    await assert.rejects(again, new RegExp(`port ${port} is in use: set OPS_PORT to another`));
  });
});
