import { hostname } from 'node:os';
import { centrifugoSettings, type EnvReader } from '@tickwatch/runtime';
import { isPrivateTarget } from './net/private-targets.ts';
import { mailAddress } from './send/mail-address.ts';

export type NotifierConfig = ReturnType<typeof notifierConfig>;

const MS_PER_HOUR = 3_600_000;

/** Reads the notifier's settings; the caller calls `env.finish()`. */
export function notifierConfig(env: EnvReader) {
  return {
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 9103, max: 65_535 }),
    /** `undefined`: whoever starts it brings a database. */
    databaseUrl: env.url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
    /** Where firings are told live; `undefined`: nowhere but on a hub of this process. */
    centrifugo: centrifugoSettings(env),
    /** Networks and hosts that receivers may be at although they are not public. */
    privateTargets: privateTargets(env),
    /** Longest wait for a receiver. */
    timeoutMs: env.integer('ALERT_TIMEOUT_MS', { default: 10_000, min: 100, max: 30_000 }),
    /** A delivery is tried for so long. */
    retryMs: MS_PER_HOUR * env.integer('ALERT_RETRY_HOURS', { default: 24, min: 1, max: 720 }),
    mail: mailSettings(env),
  } as const;
}

function privateTargets(env: EnvReader): readonly string[] {
  const targets =
    env
      .optionalText('ALERT_PRIVATE_TARGETS')
      ?.split(',')
      .map((target) => target.trim()) ?? [];
  const bad = targets.filter((target) => !isPrivateTarget(target));
  if (bad.length > 0) {
    const given = bad.map((one) => `"${one}"`).join(', ');
    env.problem(
      `ALERT_PRIVATE_TARGETS holds ${given}; it can be a list of addresses, networks such as 10.0.0.0/8 and names of hosts, without ports`,
    );
  }
  return targets;
}

function mailSettings(env: EnvReader) {
  /** `undefined`: no mail is sent. */
  const url = env.url('SMTP_URL', { protocols: ['smtp', 'smtps'] });
  const from = env.optionalText('ALERT_MAIL_FROM') ?? ownAddress();
  if (mailAddress(from) === undefined)
    env.problem(`ALERT_MAIL_FROM is "${from}"; it has to be one address: tickwatch@example.com, or Name <address>`);
  /** From one mail to a receiver to the next; what fires meanwhile goes in one. */
  const everyMs = env.integer('ALERT_MAIL_EVERY_MS', { default: 10_000, min: 0, max: MS_PER_HOUR });
  return { url, from, everyMs };
}

function ownAddress(): string {
  const address = `Tickwatch <tickwatch@${hostname()}>`;
  // Not every name of a machine can stand in an address.
  return mailAddress(address) === undefined ? 'Tickwatch <tickwatch@localhost>' : address;
}
