import { type BackendConfig, backendConfig } from '@tickwatch/backend';
import { type GeneratorConfig, generatorConfig } from '@tickwatch/generator';
import { type NotifierConfig, notifierConfig } from '@tickwatch/notifier';
import type { EnvReader } from '@tickwatch/runtime';
import { type SubscriberConfig, subscriberConfig } from '@tickwatch/subscriber';
import { DEFAULT_HOST, DEFAULT_PORT } from './front-door.ts';
import { LOG_FORMATS } from './terminal/terminal.ts';

export interface StandaloneConfig {
  readonly host: string;
  readonly port: number;
  readonly subscriber: SubscriberConfig;
  readonly backend: BackendConfig;
  readonly notifier: NotifierConfig;
  /** `undefined`: prices come from elsewhere. */
  readonly generator: GeneratorConfig | undefined;
}

/** The settings of all services that run in this process; the caller calls `env.finish()`. */
export function standaloneConfig(env: EnvReader): StandaloneConfig {
  const generator = env.flag('GENERATOR', true);
  // The terminal obeys it before anything is read; a typo is told here.
  env.choice('LOG_FORMAT', LOG_FORMATS, 'auto');
  const backend = backendConfig(env);
  if (backend.databaseNodes.length > 0)
    env.problem('DATABASE_NODE_URLS is set, but npm start has one database: start the services one by one');
  return {
    host: env.text('HOST', { default: DEFAULT_HOST }),
    port: env.integer('PORT', { default: DEFAULT_PORT, max: 65_535 }),
    subscriber: subscriberConfig(env),
    backend,
    notifier: notifierConfig(env),
    generator: generator ? { ...generatorConfig(env), health: undefined } : undefined,
  };
}
