import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { PROJECT } from '../stack/docker.ts';

const read = (file: string): string => readFileSync(join(PROJECT, 'deploy/nginx', file), 'utf8');

/** The locations with their lines, as they stand: none lies in another. */
const locations = read('templates/routes.inc.template')
  .split(/^location /m)
  .slice(1)
  .map((text) => text.slice(0, text.indexOf('\n}')));
const proxied = locations.filter((text) => text.includes('proxy_pass '));

it('every location that asks a server drops what a client says of itself', () => {
  assert.equal(proxied.length, 5);
  for (const location of proxied) assert.match(location, /include \/etc\/nginx\/snippets\/caller\.conf;/);
});

it('no header that tells the caller is set but in the one file', () => {
  const set = proxied.flatMap((text) => [...text.matchAll(/proxy_set_header (\S+)/g)].map(([, name]) => name));
  assert.deepEqual([...new Set(set)].sort(), ['Authorization', 'Connection']);
  assert.doesNotMatch(read('templates/servers.conf.template') + read('nginx.conf'), /proxy_set_header/);
});

it('the headers by which proxies name a user, a host or an address are dropped or nginx’s own', () => {
  const caller = new Map(
    [...read('snippets/caller.conf').matchAll(/^proxy_set_header (\S+) (\S+);$/gm)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const own = [...caller].filter(([, value]) => value !== "''").map(([name]) => name);
  assert.deepEqual(own.sort(), ['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']);
  for (const name of ['forwarded', 'x-webauth-user', 'x-forwarded-user', 'remote-user', 'x-jwt-assertion', 'proxy']) {
    assert.equal(caller.get(name), "''", name);
  }
});

it('only what reads is asked of several, and replays of the one that holds them', () => {
  const [, map = ''] =
    /map "\$request_method \$uri" \$api_server \{\n([^}]*(?:\$\{\w+\}[^}]*)*)\n\}/.exec(
      read('templates/servers.conf.template'),
    ) ?? [];
  const rules = [...map.matchAll(/^ +(?:default|"~([^"]+)") http:\/\/\$\{(\w+)\};$/gm)];
  const serverOf = (asked: string): string | undefined =>
    (rules.find(([, form]) => form !== undefined && new RegExp(form).test(asked)) ?? rules[0])?.[2];
  for (const asked of ['GET /api/prices/AAPL', 'HEAD /api/stocks', 'GET /api/replaysome']) {
    assert.equal(serverOf(asked), 'API_SERVERS', asked);
  }
  const alone = ['POST /api/replays', 'DELETE /api/rejected', 'PUT /api/alerts/rules/1', 'POST /api/alerts/rules'];
  for (const asked of [...alone, 'GET /api/replays', 'GET /api/replays/0f', 'GETX /api/stocks']) {
    assert.equal(serverOf(asked), 'API_SERVER', asked);
  }
});

it('a host that is on no list meets a server of its own, which serves nothing', () => {
  const servers = read('templates/servers.conf.template').split(/^server \{/m);
  const fallback = servers.filter((text) => text.includes('default_server'));
  assert.equal(fallback.length, 1);
  assert.match(fallback[0] ?? '', /return 421/);
  assert.doesNotMatch(fallback[0] ?? '', /routes\.inc/);
  for (const text of servers.filter((server) => server.includes('routes.inc'))) {
    assert.match(text, /include \/etc\/nginx\/rendered\/server-names\.inc;/);
  }
});
