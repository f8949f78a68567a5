import { Producer } from '@platformatic/kafka';
import { ResourceStack } from '@tickwatch/runtime';
import { KafkaAdmin, type KafkaBroker, type KafkaServer, startKafka, until } from '../../servers/index.ts';
import type { EngineFaults, EngineMessage, EnginePublisher, LogEngine } from '../log-engine.ts';

/** A message that is not answered for so long may be there, or not. */
const ANSWER_MS = 15_000;

/** Three brokers, of which any may be lost; each topic lies on all of them, and a message on two before it is answered. */
export async function openKafka(): Promise<LogEngine> {
  return await ResourceStack.open(async (opened) => new Kafka(opened.use(await startKafka({ brokers: 3 })), opened));
}

class Kafka implements LogEngine {
  readonly name = 'kafka';
  readonly env: Readonly<Record<string, string>>;
  readonly faults: EngineFaults;
  readonly ownFaults: ReadonlyMap<string, () => Promise<string>>;
  readonly #kafka: KafkaServer;
  readonly #admin: KafkaAdmin;
  readonly #opened: ResourceStack;
  #topics: readonly string[] = [];
  #lanes = 1;

  constructor(kafka: KafkaServer, opened: ResourceStack) {
    this.#kafka = kafka;
    this.#admin = new KafkaAdmin(kafka);
    this.#opened = opened;
    this.env = { TICK_FEED: 'kafka', KAFKA_BROKERS: kafka.addresses.join(',') };
    this.faults = {
      killed: () => this.#endAndRestart(1, 'kill'),
      restarted: () => this.#endAndRestart(2, 'stop'),
      leaderLost: () => this.#loseLeader(),
      overtaken: (exchange) => this.#forgetHalf(exchange),
    };
    this.ownFaults = new Map([
      ['transaction-aborted', () => this.#abort()],
      ['topic-made-anew', () => this.#makeAnew()],
    ]);
  }

  async prepare(exchanges: readonly string[], lanes: number): Promise<void> {
    this.#lanes = lanes;
    this.#topics = exchanges.map((exchange) => `ticks.${exchange}`);
    for (const topic of this.#topics) await this.#kafka.createTopic(topic, lanes);
  }

  async publisher(): Promise<EnginePublisher> {
    return new KafkaPublisher(this.#kafka);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  #broker(id: number): KafkaBroker {
    const broker = this.#kafka.brokers.find((one) => one.id === id);
    if (broker === undefined) throw new Error(`there is no broker ${id}`);
    return broker;
  }

  async #endAndRestart(id: number, how: 'kill' | 'stop'): Promise<void> {
    const broker = this.#broker(id);
    await broker[how]();
    await broker.restart();
  }

  /** The broker that leads the first lane is killed, and comes back only when the others have taken over. */
  async #loseLeader(): Promise<void> {
    const [topic = ''] = this.#topics;
    const [before] = await this.#admin.leaders(topic);
    if (before === undefined) throw new Error(`nobody leads ${topic}`);
    const broker = this.#broker(before.id);
    await broker.kill();
    const isLed = async (): Promise<boolean> => {
      const leaders = await this.#admin.leaders(topic);
      return leaders.every(({ id }) => id > 0 && id !== before.id);
    };
    await until(isLed, { what: 'another leader', everyMs: 200 });
    await broker.restart();
  }

  async #forgetHalf(exchange: string): Promise<number> {
    const topic = `ticks.${exchange}`;
    let forgotten = 0n;
    const [starts, ends] = [await this.#admin.starts(topic), await this.#admin.ends(topic)];
    for (const [partition, end] of ends.entries()) {
      const start = starts[partition] ?? 0n;
      const half = (end - start) / 2n;
      if (half > 0n) await this.#admin.forgetBefore(topic, partition, start + half);
      forgotten += half;
    }
    return Number(forgotten);
  }

  /** What is in it is no tick: were it read, it would be among the rejected messages. */
  async #abort(): Promise<string> {
    const [topic = ''] = this.#topics;
    await this.#admin.transact(topic, ['not a tick', 'nor is this'], 'aborted');
    return '2 records of an aborted transaction';
  }

  async #makeAnew(): Promise<string> {
    const [topic = ''] = this.#topics;
    await this.#kafka.administer((admin) => admin.deleteTopics({ topics: [topic] }));
    await until(() => this.#kafka.createTopic(topic, this.#lanes).then(() => true), { what: topic, timeoutMs: 60_000 });
    return `${topic} was deleted and made again`;
  }
}

/** Appends with Kafka's own client, one batch of an exchange after another, so that a lane keeps its order. */
class KafkaPublisher implements EnginePublisher {
  readonly #kafka: KafkaServer;
  #producer: Producer | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(kafka: KafkaServer) {
    this.#kafka = kafka;
  }

  /** What it sends finds its leader, or fails. */
  readonly isReady = true;

  publish(messages: readonly EngineMessage[]): Promise<readonly boolean[]> {
    const done = this.#turn.then(() => this.#send(messages));
    this.#turn = done;
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer?.close().catch(() => {});
  }

  /** A batch is answered as a whole: of one that failed nobody knows which messages arrived. */
  async #send(messages: readonly EngineMessage[]): Promise<readonly boolean[]> {
    this.#producer ??= new Producer({
      clientId: 'publisher',
      bootstrapBrokers: [...this.#kafka.addresses],
      retries: 0,
      // It would send again what other partitions of the same broker have taken already.
      repeatOnStaleMetadata: false,
      timeout: ANSWER_MS,
    });
    const records = messages.map(({ exchange, stock, text }) => {
      return { topic: `ticks.${exchange}`, key: Buffer.from(stock), value: Buffer.from(text) };
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), ANSWER_MS);
    });
    try {
      await Promise.race([this.#producer.send({ messages: records, acks: -1 }), late]);
      return messages.map(() => true);
    } catch {
      // It may hold on to a leader that is gone.
      const failed = this.#producer;
      this.#producer = undefined;
      failed.close().catch(() => {});
      return messages.map(() => false);
    } finally {
      clearTimeout(timer);
    }
  }
}
