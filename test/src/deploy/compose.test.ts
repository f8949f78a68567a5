import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { it } from 'node:test';
import { FURTHER_SERVICES, PROJECT, SERVICES } from '../stack/docker.ts';
import { type Composed, compose, readProject } from './compose-files.ts';

const ALONE = { name: 'compose.yaml', ...compose('compose.yaml'), known: SERVICES };
const SCALED = {
  name: 'with compose.scale.yaml',
  ...compose('compose.yaml', 'compose.scale.yaml'),
  known: [...SERVICES, ...FURTHER_SERVICES],
};

for (const { name: stack, services, known } of [ALONE, SCALED]) {
  it(`${stack}: every port is published on 127.0.0.1 unless PUBLISH_ADDRESS says otherwise, and that for the front door alone`, () => {
    for (const [name, { ports = [] }] of Object.entries(services)) {
      // A front door of one's own has to say where, each port.
      const form = name === 'nginx' ? /^\$\{PUBLISH_ADDRESS:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/;
      for (const port of ports) assert.match(port, form, name);
    }
    assert.equal(services.nginx?.ports?.length, 2);
    const all = Object.values(services).flatMap(({ ports = [] }) => ports);
    assert.equal(new Set(all).size, all.length, 'no port twice');
  });

  it(`${stack}: no service starts before the secrets were looked at`, () => {
    const isChecked = (name: string): boolean =>
      Object.entries(services[name]?.depends_on ?? {}).some(
        ([other, { condition }]) =>
          (other === 'secrets' && condition === 'service_completed_successfully') ||
          (condition === 'service_healthy' && isChecked(other)),
      );
    assert.deepEqual(Object.keys(services).sort(), [...known, 'secrets'].sort());
    for (const name of known) assert.ok(isChecked(name), name);
  });

  it(`${stack}: every container is without capabilities and new privileges, read-only and limited, its log too`, () => {
    for (const [name, service] of Object.entries(services)) {
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.equal(service.read_only, true, name);
      assert.equal(service.init, true, name);
      assert.equal(service.container_name, name);
      assert.ok(service.mem_limit, name);
      assert.deepEqual(service.logging.options, { 'max-size': '10m', 'max-file': '3' }, name);
    }
    assert.equal(services.secrets?.network_mode, 'none');
  });
}

function knowing({ services }: Composed, secret: string): readonly string[] {
  // What is given only where ADMIN_TOKEN is set is the administrator's.
  const knows = (environment: Readonly<Record<string, string>>): boolean =>
    Object.values(environment).some((value) => value.includes(`{${secret}`) && !/^\$\{ADMIN_TOKEN:\+/.test(value));
  return Object.entries(services)
    .filter(([name, { environment = {} }]) => name !== 'secrets' && knows(environment))
    .map(([name]) => name)
    .sort();
}

it('no service but PostgreSQL and the check knows the superuser’s password, and each has its own of Redis', () => {
  assert.deepEqual(knowing(ALONE, 'POSTGRES_PASSWORD'), ['postgres']);
  assert.deepEqual(knowing(ALONE, 'TICKWATCH_WRITER_PASSWORD'), ['postgres', 'subscriber']);
  assert.deepEqual(knowing(ALONE, 'TICKWATCH_READER_PASSWORD'), ['backend', 'postgres']);
  assert.deepEqual(knowing(ALONE, 'TICKWATCH_NOTIFIER_PASSWORD'), ['notifier', 'postgres']);
  assert.deepEqual(knowing(ALONE, 'TICKWATCH_METRICS_PASSWORD'), ['postgres', 'vector']);
  assert.deepEqual(knowing(ALONE, 'GRAFANA_READER_PASSWORD'), ['grafana', 'postgres']);
  assert.deepEqual(knowing(ALONE, 'REDIS_PASSWORD'), ['redis']);
  assert.deepEqual(knowing(ALONE, 'REDIS_PUBLISHER_PASSWORD'), ['redis', 'stock_generator']);
  assert.deepEqual(knowing(ALONE, 'REDIS_SUBSCRIBER_PASSWORD'), ['redis', 'subscriber']);
});

it('of several of a kind each knows what the first one knows, and the viewers’ Redis is opened by none of the ticks’ secrets', () => {
  assert.deepEqual(knowing(SCALED, 'POSTGRES_PASSWORD'), ['postgres', 'postgres-replica']);
  assert.deepEqual(knowing(SCALED, 'TICKWATCH_REPLICA_PASSWORD'), ['postgres', 'postgres-replica']);
  assert.deepEqual(knowing(SCALED, 'REDIS_PASSWORD'), ['redis']);
  assert.deepEqual(knowing(SCALED, 'REDIS_LIVE_PASSWORD'), ['redis-live']);
  assert.deepEqual(knowing(SCALED, 'REDIS_CENTRIFUGO_PASSWORD'), ['centrifugo', 'centrifugo-2', 'redis-live']);
  assert.deepEqual(knowing(SCALED, 'REDIS_SUBSCRIBER_PASSWORD'), ['redis', ...SUBSCRIBERS]);
  assert.deepEqual(knowing(SCALED, 'REDIS_PUBLISHER_PASSWORD'), ['redis', 'stock_generator']);
});

const kindOf = (name: string): string => name.replace(/-\d+$/, '');
const ofKind = (kind: string): readonly string[] =>
  Object.keys(SCALED.services).filter((name) => kindOf(name) === kind);
const SUBSCRIBERS = ofKind('subscriber').toSorted();

it('a further one of a kind is as the first, but for its name, its volume, and a port on the host', () => {
  const further = FURTHER_SERVICES.filter((name) => kindOf(name) !== name);
  assert.deepEqual(further.map(kindOf).sort(), ['backend', 'centrifugo', 'subscriber', 'subscriber', 'subscriber']);
  for (const name of further) {
    const { volumes = [], container_name: _, pull_policy: __, ...own } = SCALED.services[name] ?? assert.fail(name);
    const {
      volumes: others = [],
      container_name: ___,
      ports: ____,
      build: _____,
      ...first
    } = SCALED.services[kindOf(name)] ?? assert.fail(kindOf(name));
    assert.deepEqual(own, first, name);
    // A folder that is written belongs to one alone.
    const [mine, theirs] = [volumes, others].map((all) => all.map((volume) => volume.replace(/^[a-z]+(-\d+)?:/, '')));
    assert.deepEqual(mine, theirs, name);
    const written = volumes.filter((volume) => !/^[.$]/.test(volume)).map((volume) => volume.split(':')[0] ?? '');
    for (const volume of written) {
      assert.equal(volume, name);
      assert.ok(volume in SCALED.volumes, volume);
    }
  }
});

it('every one of a kind is asked: backends ask each subscriber, and nginx each backend and each node', () => {
  const { nginx, backend } = SCALED.services;
  const urls = SUBSCRIBERS.map((name) => `http://${name}:9102`).sort();
  assert.deepEqual(backend?.environment?.SUBSCRIBER_URL?.split(',').sort(), urls);
  const nodes = ofKind('centrifugo').map((name) => `http://${name}:8000`);
  for (const name of [...SUBSCRIBERS, 'notifier', ...ofKind('backend')]) {
    const { CENTRIFUGO_API_URL = '' } = SCALED.services[name]?.environment ?? {};
    const urls = CENTRIFUGO_API_URL.replace(/^\$\{ADMIN_TOKEN:\+(.*)\}$/, '$1').split(',');
    assert.deepEqual(urls.sort(), nodes.toSorted(), name);
  }
  for (const [variable, kind] of [
    ['API_SERVERS', 'backend'],
    ['LIVE_SERVERS', 'centrifugo'],
  ] as const) {
    const [alias = ''] = nginx?.environment?.[variable]?.split(':') ?? [];
    const named = Object.entries(SCALED.services).filter(([, { networks }]) => {
      const edge = networks !== undefined && 'edge' in networks ? networks.edge : undefined;
      return edge?.aliases?.includes(alias);
    });
    assert.deepEqual(named.map(([name]) => name).sort(), ofKind(kind).toSorted(), variable);
    assert.ok(ofKind(kind).length > 1);
  }
});

it('the viewers’ Redis is on a network of its own, which has no way out, with the nodes alone', () => {
  assert.equal(SCALED.networks.live?.internal, true);
  const there = Object.entries(SCALED.services).filter(([, { networks = [] }]) =>
    (Array.isArray(networks) ? networks : Object.keys(networks)).includes('live'),
  );
  assert.deepEqual(there.map(([name]) => name).sort(), ['centrifugo', 'centrifugo-2', 'redis-live']);
});

it('every variable of compose.yaml and compose.scale.yaml stands in .env.example, and every one there is used', () => {
  const text = readProject('compose.yaml') + readProject('compose.scale.yaml');
  const used = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
  const told = new Set([...readProject('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name));
  assert.deepEqual([...told].sort(), [...used].sort());
});

it('whatever npm installs in an image is what the lockfile says', () => {
  const dockerfiles = readdirSync(PROJECT, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(^|\/)Dockerfile$/.test(file) && !file.includes('node_modules'),
  );
  assert.ok(dockerfiles.includes('Dockerfile'));
  for (const file of dockerfiles)
    assert.doesNotMatch(readProject(file), /npm (install|i|add|update|exec)\b|\bnpx\b/, file);
});

it('a superuser is refused before any role is let in by network, and nobody is let in without SCRAM', () => {
  const rules = readProject('deploy/postgres/pg_hba.conf.template')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  const network = rules.filter(([kind]) => kind !== 'local');
  const method = (rule: readonly string[] | undefined): string | undefined => rule?.[4];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the template
  assert.equal(network[0]?.[2], '"${POSTGRES_USER}"');
  assert.equal(method(network[0]), 'reject');
  assert.deepEqual([network.at(-1)?.[2], method(network.at(-1))], ['all', 'reject']);
  for (const rule of network.slice(1, -1)) {
    assert.equal(method(rule), 'scram-sha-256');
    assert.notEqual(rule[2], 'all');
  }
  assert.deepEqual(
    rules.filter(([kind]) => kind === 'local').map((rule) => rule[3]),
    ['peer'],
  );
});
