import { serviceMain } from '@tickwatch/runtime';
import { notifierConfig } from './config.ts';
import { startNotifier } from './start-notifier.ts';

await serviceMain({
  name: 'notifier',
  usage: {
    command: 'npm run start:notifier',
    what: `Sends the alerts that fired to their receivers (webhooks, mail, Grafana) and to the live channel. As many as are
started share the deliveries.`,
    examples: [
      'DATABASE_URL=postgresql://user:password@localhost/stocks npm run start:notifier',
      'DATABASE_URL=… SMTP_URL=smtps://user:password@mail.example.com ALERT_MAIL_FROM=alerts@example.com npm run start:notifier',
    ],
  },
  read: notifierConfig,
  start: async (config, log) => {
    const notifier = await startNotifier(config, { log });
    log.info({ event: 'ready', port: notifier.port }, 'waiting for alerts');
    return notifier;
  },
});
