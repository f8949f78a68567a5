export {
  CENTRIFUGO_FOLDER,
  CENTRIFUGO_IMAGE,
  type CentrifugoOptions,
  type CentrifugoServer,
  startCentrifugo,
} from './centrifugo.ts';
export { ChildServer, type ChildServerOptions } from './child-server.ts';
export { freePort } from './free-port.ts';
export { KafkaAdmin } from './kafka-admin.ts';
export {
  type KafkaBroker,
  type KafkaOptions,
  type KafkaServer,
  startKafka,
  type TopicSettings,
} from './kafka-server.ts';
export { type Mappings, type NatsOptions, type NatsServer, startNats, startNatsCluster } from './nats-server.ts';
export { type PgbouncerOptions, type PgbouncerServer, startPgbouncer } from './pgbouncer.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres-server.ts';
export { type RedisCluster, startRedisCluster } from './redis-cluster.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis-server.ts';
export { cut, garbage, hang, type ScriptedServer, startScriptedServer } from './scripted-server.ts';
export { GiveUpError, type UntilOptions, until } from './until.ts';
