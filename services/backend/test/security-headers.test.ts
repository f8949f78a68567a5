import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { SECURITY_HEADERS } from '../src/http/security-headers.ts';
import { type ContractApi, startContractApi } from './contract-api.ts';

const NGINX = new URL('../../../deploy/nginx/snippets/', import.meta.url);

describe('headers that keep an answer from being taken for something else', () => {
  let contract: ContractApi;

  before(async () => {
    contract = await startContractApi();
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  for (const path of [
    '/api/prices/AAPL',
    '/api/prices/AAPL?format=csv',
    '/api/prices/AAPL?format=parquet',
    '/api/prices/AAPL?start_time=soon',
    '/api/average/AAPL',
    '/api/openapi.json',
    '/api/docs/',
    '/api/docs/static/swagger-ui.css',
    '/api/nothing',
    '/api/%zz',
    '/healthz',
    '/readyz',
    '/metrics',
  ]) {
    it(`stand once on ${path}`, async () => {
      const answer = await new Promise<IncomingMessage>((resolve, reject) =>
        get(contract.api.origin + path, resolve).on('error', reject),
      );
      answer.resume();
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        const found = answer.headersDistinct[name.toLowerCase()] ?? [];
        assert.equal(found.length, 1, `${name}: ${found.join(' | ')}`);
        if (name !== 'Content-Security-Policy') assert.equal(found[0], value);
        else assert.match(found[0] ?? '', /default-src .*frame-ancestors 'none'/);
      }
    });
  }

  it('stand on what answers no HTTP, too', async () => {
    const socket = connect(Number(new URL(contract.api.origin).port), '127.0.0.1');
    socket.write('nonsense\r\n\r\n');
    assert.match(await text(socket), /^HTTP\/1\.1 400 .*\r\nX-Content-Type-Options: nosniff\r\n/s);
  });

  it('are the ones of nginx, which drops those of the services behind it', () => {
    const headers = readFileSync(new URL('headers.conf', NGINX), 'utf8');
    const policy = /map \$uri \$content_policy \{\s*default "([^"]+)"/.exec(
      readFileSync(new URL('maps.conf', NGINX), 'utf8'),
    );
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      const given = new RegExp(`^add_header ${name} (?:'([^']*)'|(\\S+)) always;`, 'm').exec(headers);
      assert.equal(name === 'Content-Security-Policy' ? policy?.[1] : (given?.[1] ?? given?.[2]), value, name);
      assert.ok(headers.includes(`proxy_hide_header ${name};`), `${name} would stand there twice`);
    }
  });
});
