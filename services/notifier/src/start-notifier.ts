import { type AlertChannel, createCentrifugoAlerts } from '@tickwatch/live';
import {
  createMetrics,
  type HealthServer,
  type Logger,
  type Readiness,
  ResourceStack,
  StartError,
  sleep,
  startHealthServer,
} from '@tickwatch/runtime';
import { type AlertOutbox, createAlertOutbox, type StoreEvent } from '@tickwatch/store';
import type { Registry } from 'prom-client';
import type { NotifierConfig } from './config.ts';
import { Dispatcher } from './deliver/dispatcher.ts';
import { NotifierEvents } from './events.ts';
import { LiveAlerts } from './live/live-alerts.ts';
import { createNotifierMetrics, registerGauges } from './metrics.ts';
import { GuardedHttp } from './net/guarded-http.ts';
import type { Resolve } from './net/guarded-lookup.ts';
import { PrivateTargets } from './net/private-targets.ts';
import { notifierReadiness } from './readiness.ts';
import { createEmailSender } from './send/email-sender.ts';
import { createGrafanaSender } from './send/grafana-sender.ts';
import { createWebhookSender } from './send/webhook-sender.ts';

/** A mail server may take its time to look at who sends. */
const MAIL_TIMEOUT_MS = 30_000;
/** Longest time for a stop. */
const STOP_MS = 7000;

/** What the standalone process and tests bring instead of opening it here. What is brought is not disposed of here. */
export interface NotifierOverrides {
  readonly log: Logger;
  /** Instead of that of the configuration. */
  readonly databaseUrl?: string;
  /** Or the outbox itself. */
  readonly outbox?: AlertOutbox;
  readonly live?: AlertChannel;
  /** How hosts are looked up. */
  readonly resolve?: Resolve;
  /** False: no HTTP port of its own. */
  readonly listen?: boolean;
  readonly registry?: Registry;
}

export interface Notifier extends AsyncDisposable {
  readonly readiness: () => Readiness;
  /** Of the health routes; `undefined` when it was told not to listen. */
  readonly port: number | undefined;
}

/**
 * Starts to send what fired to its receivers and to the live channel; resolves at once, also while PostgreSQL or the live server
 * are away. Disposing of it lets what is under way end, within seven seconds.
 * @throws StartError no database is named
 */
export function startNotifier(config: NotifierConfig, overrides: NotifierOverrides): Promise<Notifier> {
  return ResourceStack.open((opened) => start(config, overrides, opened));
}

async function start(config: NotifierConfig, overrides: NotifierOverrides, opened: ResourceStack): Promise<Notifier> {
  const registry = overrides.registry ?? createMetrics('notifier');
  const events = new NotifierEvents(overrides.log, createNotifierMetrics(registry));
  opened.defer(() => events[Symbol.dispose]());
  const outbox = overrides.outbox ?? openOutbox(config, overrides, events, opened);
  const channel = overrides.live ?? openLive(config, opened);
  const http = new GuardedHttp({
    targets: new PrivateTargets(config.privateTargets),
    timeoutMs: config.timeoutMs,
    ...(overrides.resolve === undefined ? {} : { resolve: overrides.resolve }),
  });
  opened.defer(() => http[Symbol.dispose]());
  const senders = {
    webhook: createWebhookSender(http),
    grafana: createGrafanaSender(http),
    email: createEmailSender({ ...config.mail, timeoutMs: MAIL_TIMEOUT_MS }),
  };
  const dispatcher = new Dispatcher({ outbox, senders, events, retryMs: config.retryMs });
  const live = channel === undefined ? undefined : new LiveAlerts(outbox, channel, events);
  registerGauges(registry, () => dispatcher.figures());
  const sendsMail = config.mail.url !== undefined;
  const readiness = () => {
    const { storeError, unwell } = dispatcher;
    return notifierReadiness({ storeError, unwell, sendsMail, live });
  };
  const server = overrides.listen === false ? undefined : opened.use(await serve(config, registry, readiness));

  opened.use(
    outbox.listen(() => {
      live?.wake();
      dispatcher.wake();
    }),
  );
  const running = Promise.all([dispatcher.run(), live?.run()]);
  opened.defer(async () => {
    live?.stop();
    // A database that does not answer is not waited for: claims end by themselves.
    const ended = new AbortController();
    await Promise.race([Promise.all([dispatcher.stop(), running]), sleep(STOP_MS, ended.signal)]);
    // Or the process would live until then.
    ended.abort();
  });
  return { readiness, port: server?.port, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

function openOutbox(
  config: NotifierConfig,
  overrides: NotifierOverrides,
  events: NotifierEvents,
  opened: ResourceStack,
): AlertOutbox {
  const connectionString = overrides.databaseUrl ?? config.databaseUrl;
  // An embedded PostgreSQL of its own would have nothing to tell.
  if (connectionString === undefined)
    throw new StartError('DATABASE_URL is not set: the notifier reads what fired from the database of the subscribers');
  const onEvent = (event: StoreEvent): void => events.store(event);
  return opened.use(createAlertOutbox({ connectionString, applicationName: 'tickwatch-notifier', onEvent }));
}

function openLive({ centrifugo }: NotifierConfig, opened: ResourceStack): AlertChannel | undefined {
  return centrifugo === undefined ? undefined : opened.use(createCentrifugoAlerts(centrifugo));
}

async function serve(
  { host, port }: NotifierConfig,
  registry: Registry,
  readiness: () => Readiness,
): Promise<HealthServer> {
  return startHealthServer({ host, port, registry, readiness: async () => readiness() });
}
