import { after, before, describe } from 'node:test';
import { type KafkaServer, startKafka } from '../../servers/index.ts';
import { feedContract } from './feed-contract.ts';
import { setUp } from './kafka-set-up.ts';

describe('Kafka', { timeout: 120_000 }, () => {
  let kafka: KafkaServer;
  before(async () => {
    kafka = await startKafka();
  });
  after(() => kafka[Symbol.asyncDispose]());

  feedContract('Kafka', () => setUp(kafka));
});
