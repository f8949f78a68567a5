import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { parse } from 'yaml';
import { PROJECT, SERVICES } from '../stack/docker.ts';

interface Service {
  readonly image: string;
  readonly build?: string | { readonly context: string; readonly target: string };
  readonly restart: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const { services } = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};

it('every port is published on 127.0.0.1 unless PUBLISH_ADDRESS says otherwise, and that for the front door alone', () => {
  for (const [name, { ports = [] }] of Object.entries(services)) {
    // A front door of one's own has to say where, each port.
    const form = name === 'nginx' ? /^\$\{PUBLISH_ADDRESS:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/;
    for (const port of ports) assert.match(port, form, name);
  }
  assert.equal(services.nginx?.ports?.length, 2);
});

it('no service starts before the secrets were looked at', () => {
  const isChecked = (name: string): boolean =>
    Object.entries(services[name]?.depends_on ?? {}).some(
      ([other, { condition }]) =>
        (other === 'secrets' && condition === 'service_completed_successfully') ||
        (condition === 'service_healthy' && isChecked(other)),
    );
  assert.deepEqual(Object.keys(services).sort(), [...SERVICES, 'secrets'].sort());
  for (const name of SERVICES) assert.ok(isChecked(name), name);
});

it('every container is without capabilities and new privileges, read-only and limited', () => {
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.read_only, true, name);
    assert.ok(service.mem_limit, name);
  }
  assert.equal(services.secrets?.network_mode, 'none');
});

it('no service but PostgreSQL and the check knows the superuser’s password, and each has its own of Redis', () => {
  const knows = (environment: Readonly<Record<string, string>>, secret: string): boolean =>
    // What is given only where ADMIN_TOKEN is set is the administrator's.
    Object.values(environment).some((value) => value.includes(`{${secret}`) && !/^\$\{ADMIN_TOKEN:\+/.test(value));
  const knowing = (secret: string): readonly string[] =>
    Object.entries(services)
      .filter(([name, { environment = {} }]) => name !== 'secrets' && knows(environment, secret))
      .map(([name]) => name)
      .sort();
  assert.deepEqual(knowing('POSTGRES_PASSWORD'), ['postgres']);
  assert.deepEqual(knowing('TICKWATCH_WRITER_PASSWORD'), ['postgres', 'subscriber']);
  assert.deepEqual(knowing('TICKWATCH_READER_PASSWORD'), ['backend', 'postgres']);
  assert.deepEqual(knowing('TICKWATCH_NOTIFIER_PASSWORD'), ['notifier', 'postgres']);
  assert.deepEqual(knowing('TICKWATCH_METRICS_PASSWORD'), ['postgres', 'vector']);
  assert.deepEqual(knowing('GRAFANA_READER_PASSWORD'), ['grafana', 'postgres']);
  assert.deepEqual(knowing('REDIS_PASSWORD'), ['redis']);
  assert.deepEqual(knowing('REDIS_PUBLISHER_PASSWORD'), ['redis', 'stock_generator']);
  assert.deepEqual(knowing('REDIS_SUBSCRIBER_PASSWORD'), ['redis', 'subscriber']);
});

it('every variable of compose.yaml stands in .env.example, and every one there is used', () => {
  const used = new Set([...read('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
  const told = new Set([...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name));
  assert.deepEqual([...told].sort(), [...used].sort());
});

it('whatever npm installs in an image is what the lockfile says', () => {
  const dockerfiles = readdirSync(PROJECT, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(^|\/)Dockerfile$/.test(file) && !file.includes('node_modules'),
  );
  assert.ok(dockerfiles.includes('Dockerfile'));
  for (const file of dockerfiles) assert.doesNotMatch(read(file), /npm (install|i|add|update|exec)\b|\bnpx\b/, file);
});

it('a superuser is refused before any role is let in by network, and nobody is let in without SCRAM', () => {
  const rules = read('deploy/postgres/pg_hba.conf.template')
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
