import {
  type API,
  addPartitionsToTxnV5,
  type Broker,
  Connection,
  deleteRecordsV2,
  endTxnV4,
  findCoordinatorV4,
  incrementalAlterConfigsV1,
  initProducerIdV4,
  listOffsetsV8,
  NumericMap,
  produceV9,
} from '@platformatic/kafka';
import type { KafkaServer, TopicSettings } from './kafka-server.ts';
import { until } from './until.ts';

const TOPIC = 2;
const TRANSACTION = 1;
const LATEST = -1n;
const EARLIEST = -2n;

/** What Kafka's client does not do for an administrator, and what a publisher with transactions does, by the bare protocol. */
export class KafkaAdmin {
  readonly #kafka: KafkaServer;

  constructor(kafka: KafkaServer) {
    this.#kafka = kafka;
  }

  /** The brokers that lead its partitions, in order. */
  async leaders(topic: string): Promise<readonly (Broker & { readonly id: number })[]> {
    const { brokers, topics } = await this.#kafka.administer((admin) => admin.metadata({ topics: [topic] }));
    return (topics.get(topic)?.partitions ?? []).map(({ leader: id }) => {
      const { host = '', port = 0 } = brokers.get(id) ?? {};
      return { id, host, port };
    });
  }

  /** The offset behind the newest record of each partition. */
  ends(topic: string): Promise<readonly bigint[]> {
    return this.#offsets(topic, LATEST);
  }

  /** The offset of the oldest record of each partition. */
  starts(topic: string): Promise<readonly bigint[]> {
    return this.#offsets(topic, EARLIEST);
  }

  /** Forgets what lies before an offset, as retention does. */
  async forgetBefore(topic: string, partitionIndex: number, offset: bigint): Promise<void> {
    const leader = (await this.leaders(topic))[partitionIndex];
    if (leader === undefined) throw new Error(`${topic} has no partition ${partitionIndex}`);
    await ask(leader, deleteRecordsV2.api, [[{ name: topic, partitions: [{ partitionIndex, offset }] }], 10_000]);
  }

  async alter(topic: string, settings: TopicSettings): Promise<void> {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, configOperation: 0, value }));
    const resource = { resourceType: TOPIC, resourceName: topic, configs };
    const [leader] = await this.leaders(topic);
    if (leader !== undefined) await ask(leader, incrementalAlterConfigsV1.api, [[resource], false]);
  }

  /** Appends to partition 0 in a transaction. */
  async transact(topic: string, values: readonly string[], ending: 'committed' | 'aborted'): Promise<void> {
    const [leader] = await this.leaders(topic);
    if (leader === undefined) throw new Error(`nobody leads ${topic}`);
    const transactionalId = `tickwatch-tests-${topic}`;
    // The first one waits until the topic of transactions is made.
    const coordinator = await until(async () => {
      const answer = await ask(leader, findCoordinatorV4.api, [TRANSACTION, [transactionalId]]);
      return answer.coordinators.find(({ errorCode }) => errorCode === 0);
    });
    const { producerId, producerEpoch } = await until(() =>
      ask(coordinator, initProducerIdV4.api, [transactionalId, 60_000, -1n, -1]),
    );
    const ids = { transactionalId, producerId, producerEpoch };
    const topics = [{ name: topic, partitions: [0] }];
    await ask(coordinator, addPartitionsToTxnV5.api, [[{ ...ids, verifyOnly: false, topics }]]);
    const records = values.map((value) => ({ topic, partition: 0, value: Buffer.from(value) }));
    await ask(leader, produceV9.api, [-1, 10_000, records, { ...ids, sequences: new NumericMap() }]);
    await ask(coordinator, endTxnV4.api, [transactionalId, producerId, producerEpoch, ending === 'committed']);
  }

  async #offsets(topic: string, timestamp: bigint): Promise<readonly bigint[]> {
    const leaders = await this.leaders(topic);
    return await Promise.all(
      leaders.map(async (leader, partitionIndex) => {
        const partitions = [{ partitionIndex, currentLeaderEpoch: -1, timestamp }];
        const answer = await ask(leader, listOffsetsV8.api, [-1, 0, [{ name: topic, partitions }]]);
        return answer.topics[0]?.partitions[0]?.offset ?? 0n;
      }),
    );
  }
}

async function ask<Args extends unknown[], Answer>(
  { host, port }: Broker,
  { async: api }: API<Args, Answer>,
  args: Args,
): Promise<Answer> {
  const connection = new Connection('tickwatch-tests');
  connection.on('error', () => {});
  await connection.connect(host, port);
  try {
    return await api(connection, ...args);
  } finally {
    await connection.close();
  }
}
