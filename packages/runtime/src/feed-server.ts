import type { FeedServer, KafkaServers } from '@tickwatch/core';
import type { EnvReader } from './env-reader.ts';

const FEEDS = ['pubsub', 'stream', 'nats', 'kafka'] as const;
/** How Kafka is told the password: by SCRAM it never leaves this process. */
const SASL = ['scram-sha-512', 'plain'] as const;
const BROKER = /^[^\s:/@]+:\d{1,5}$/;

/** Where the settings say that messages come from; `undefined`: no server is named. */
export function feedServer(env: EnvReader): FeedServer | undefined {
  const redisUrl = env.urls('REDIS_URL', { protocols: ['redis', 'rediss'] });
  const natsUrl = env.urls('NATS_URL', { protocols: ['nats', 'tls'] });
  const kafka = kafkaServers(env);
  const named = natsUrl !== undefined ? 'nats' : kafka !== undefined ? 'kafka' : 'pubsub';
  const kind = env.choice('TICK_FEED', FEEDS, redisUrl === undefined ? named : 'pubsub');
  const missing = (name: string): undefined => env.problem(`TICK_FEED is "${kind}" but ${name} is not set`);
  switch (kind) {
    case 'nats':
      return natsUrl === undefined ? missing('NATS_URL') : { kind, natsUrl };
    case 'kafka':
      return kafka === undefined ? missing('KAFKA_BROKERS') : { kind, kafka };
    case 'stream':
      return redisUrl === undefined ? missing('REDIS_URL') : { kind, redisUrl };
    case 'pubsub':
      return redisUrl === undefined ? undefined : { kind, redisUrl };
  }
}

function kafkaServers(env: EnvReader): KafkaServers | undefined {
  const brokers = env.list('KAFKA_BROKERS', [], (item) => BROKER.test(item));
  const tls = env.flag('KAFKA_TLS', false);
  const user = env.optionalText('KAFKA_USER');
  const password = env.secret('KAFKA_PASSWORD');
  if ((user === undefined) !== (password === undefined)) {
    env.problem('of KAFKA_USER and KAFKA_PASSWORD only one is set');
  }
  const sasl = env.choice('KAFKA_SASL', SASL, 'scram-sha-512');
  if (sasl === 'plain' && !tls)
    env.problem('KAFKA_SASL is "plain", which shows the password to all: it needs KAFKA_TLS=on');
  if (brokers.length === 0) return undefined;
  const mechanism = sasl === 'plain' ? 'PLAIN' : 'SCRAM-SHA-512';
  const login = user === undefined || password === undefined ? undefined : ({ mechanism, user, password } as const);
  return { brokers, tls, login };
}
