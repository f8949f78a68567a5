import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { GiveUpError, until } from './until.ts';

/** Each topic's own settings, as `message.timestamp.type`. */
export type TopicSettings = Readonly<Record<string, string>>;

export interface KafkaOptions {
  /** 1, or 3 of which any may be lost. */
  readonly brokers?: 1 | 3;
  /** Who may log in on {@link KafkaServer.secureBrokers}, by SASL without TLS, by either mechanism. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Every broker's. */
  readonly settings?: TopicSettings;
}

export interface KafkaBroker {
  readonly id: number;
  /** `host:port` */
  readonly address: string;
  /** A folder for each partition. */
  readonly dataFolder: string;
  /** Ends it by SIGTERM: in order, its partitions get other leaders first. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data; waits until it answers. */
  restart(): Promise<void>;
  /** It stays and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

export interface KafkaServer extends AsyncDisposable {
  readonly brokers: readonly KafkaBroker[];
  readonly addresses: readonly string[];
  /** Where a login is needed; none without {@link KafkaOptions.login}. */
  readonly secureAddresses: readonly string[];
  /** Makes a topic on as many brokers as there are, stamped by the broker unless the settings say otherwise. */
  createTopic(name: string, partitions: number, settings?: TopicSettings): Promise<void>;
  /** Does something as an administrator would. */
  administer<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
}

const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const JARS = process.env.KAFKA_JARS ?? join(CACHE, 'tickwatch', 'kafka-jars');
/** Quick to start and small, for a broker that lives for a minute. */
const JAVA = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-cp', join(JARS, '*')];
const CLUSTER_ID = 'dGlja3dhdGNoLXRlc3Rz';

interface Node {
  readonly id: number;
  readonly plain: number;
  readonly secure: number;
  readonly controller: number;
}

/**
 * Starts Apache Kafka (KRaft; each process is broker and controller) on free ports, with data folders of its own.
 * @throws Error its jars are not there: test/src/servers/kafka/fetch-jars.sh fetches them
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  if (!existsSync(join(JARS, 'pom.xml')))
    throw new Error(`no Kafka in ${JARS}: run test/src/servers/kafka/fetch-jars.sh`);
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-kafka-'));
  const nodes: Node[] = [];
  for (let id = 1; id <= (options.brokers ?? 1); id++) {
    nodes.push({ id, plain: await freePort(), secure: await freePort(), controller: await freePort() });
  }
  const brokers = await Promise.all(
    nodes.map((node) => prepareBroker(node, nodes, join(folder, `${node.id}`), options)),
  );
  const dispose = async (): Promise<void> => {
    await Promise.all(brokers.map(({ kill }) => kill()));
    await rm(folder, { recursive: true, force: true });
  };
  const addresses = brokers.map(({ address }) => address);
  const administer = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = new Admin({ clientId: 'tickwatch-tests', bootstrapBrokers: [...addresses] });
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  try {
    // A controller alone has no quorum: all are started before one is waited for.
    await Promise.all(brokers.map(({ restart }) => restart()));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    brokers,
    addresses,
    secureAddresses: options.login === undefined ? [] : nodes.map(({ secure }) => `127.0.0.1:${secure}`),
    administer,
    async createTopic(name, partitions, settings) {
      const all = { 'message.timestamp.type': 'LogAppendTime', ...settings };
      const configs = Object.entries(all).map(([name, value]) => ({ name, value }));
      await administer((admin) =>
        admin.createTopics({ topics: [name], partitions, replicas: brokers.length, configs }),
      );
      // Each broker hears of it a moment later.
      for (const { address } of brokers)
        await until(() => isLed(address, name), { what: `${address} knowing ${name}` });
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function isLed(address: string, topic: string): Promise<boolean> {
  const admin = new Admin({ clientId: 'tickwatch-tests', bootstrapBrokers: [address], retries: 0 });
  try {
    const { topics } = await admin.metadata({ topics: [topic] });
    return topics.get(topic)?.partitions.every(({ leader }) => leader > 0) ?? false;
  } finally {
    await admin.close();
  }
}

async function prepareBroker(
  node: Node,
  nodes: readonly Node[],
  folder: string,
  options: KafkaOptions,
): Promise<KafkaBroker> {
  await mkdir(folder);
  const file = join(folder, 'server.properties');
  const settings = Object.entries(settingsOf(node, nodes, folder, options));
  await writeFile(file, settings.map(([name, value]) => `${name}=${value}\n`).join(''));
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file];
  const { user, password } = options.login ?? {};
  const scram = `SCRAM-SHA-512=[name=${user},password=${password}]`;
  const args = [...JAVA, ...format, ...(user === undefined ? [] : ['--add-scram', scram])];
  execFileSync('java', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const child = new ChildServer({ command: 'java', args: [...JAVA, 'kafka.Kafka', file], cwd: folder });
  const address = `127.0.0.1:${node.plain}`;
  return {
    id: node.id,
    address,
    dataFolder: join(folder, 'data'),
    stop: () => child.end('SIGTERM'),
    kill: () => child.end('SIGKILL'),
    async restart() {
      child.launch();
      const isUp = async (): Promise<boolean> => {
        if (!child.isRunning) throw new GiveUpError(`kafka ended: ${child.output}`);
        const admin = new Admin({ clientId: 'tickwatch-tests', bootstrapBrokers: [address], retries: 0 });
        try {
          return (await admin.metadata({ topics: [] })).brokers.has(node.id);
        } finally {
          await admin.close();
        }
      };
      await until(isUp, { what: 'kafka answering', timeoutMs: 90_000, everyMs: 100 });
    },
    pause: () => child.pause(),
    resume: () => child.resume(),
  };
}

function settingsOf(
  node: Node,
  nodes: readonly Node[],
  folder: string,
  { login, settings }: KafkaOptions,
): TopicSettings {
  const host = '127.0.0.1';
  const copies = String(nodes.length);
  const secure = login === undefined ? '' : `,SECURE://${host}:${node.secure}`;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${login?.user}="${login?.password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes.map(({ id, controller }) => `${id}@${host}:${controller}`).join(','),
    listeners: `PLAIN://${host}:${node.plain},CONTROLLER://${host}:${node.controller}${secure}`,
    'advertised.listeners': `PLAIN://${host}:${node.plain}${secure}`,
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'PLAIN',
    'controller.listener.names': 'CONTROLLER',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    ...(login === undefined
      ? {}
      : {
          'listener.name.secure.plain.sasl.jaas.config': plain,
          'listener.name.secure.scram-sha-512.sasl.jaas.config': scram,
        }),
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'min.insync.replicas': nodes.length === 1 ? '1' : '2',
    // A broker that ended without a word is missed after two seconds instead of nine.
    'broker.heartbeat.interval.ms': '500',
    'broker.session.timeout.ms': '2000',
    'num.network.threads': '2',
    'num.io.threads': '2',
    ...settings,
  };
}
