import { after, before, describe } from 'node:test';
import { type KafkaServer, startKafka } from '../../servers/index.ts';
import { feedContract } from './feed-contract.ts';
import { faultsOfKafka } from './kafka-faults.ts';
import { readingOfKafka } from './kafka-reading.ts';
import { setUp } from './kafka-set-up.ts';

const login = { user: 'ticks', password: 'hunter2' };

describe('Kafka', { timeout: 180_000 }, () => {
  let kafka: KafkaServer;
  before(async () => {
    kafka = await startKafka({ login });
  });
  after(() => kafka[Symbol.asyncDispose]());

  feedContract('Kafka', () => setUp(kafka));
  readingOfKafka(() => kafka);
  faultsOfKafka(() => kafka, login);
});
