import type { LaneName } from '@tickwatch/core';
import type { Logger } from '@tickwatch/runtime';
import { measure, messageOf } from '../log-fields.ts';
import type { SubscriberMetrics } from '../metrics.ts';
import type { AlertEvents } from './alerts.ts';

/** Tells the log and the metrics what happens while rules are judged. */
export class LoggedAlerts implements AlertEvents {
  readonly #log: Logger;
  readonly #metrics: Pick<SubscriberMetrics, 'alertsFired' | 'alertSeconds' | 'judgingFailures'>;

  constructor(log: Logger, metrics: Pick<SubscriberMetrics, 'alertsFired' | 'alertSeconds' | 'judgingFailures'>) {
    this.#log = log;
    this.#metrics = metrics;
  }

  alertRulesRead(rules: number, version: number, seconds: number): void {
    this.#log.info(
      { ...measure('alert_rules_read', 'alert_rules', rules, 'rules'), version, seconds },
      `${rules} rules of alerts are judged from now on`,
    );
  }

  alertRuleUnreadable(rule: string, error: unknown): void {
    this.#log.error(
      { event: 'alert_rule_unreadable', rule, error: messageOf(error) },
      `the rule ${rule} is not understood, and not judged: ${messageOf(error)}`,
    );
  }

  alertsFired(firings: number, seconds: number): void {
    this.#metrics.alertsFired.inc(firings);
    this.#metrics.alertSeconds.observe(seconds);
    this.#log.info(measure('alerts_fired', 'alerts_fired', firings, 'firings'), `${firings} alerts fired`);
    this.#log.info(measure('alerts_fired', 'alert_latency', seconds, 'seconds'));
  }

  /** What changed of alerts could not be written; it is kept and tried again. */
  alertsNotWritten(error: unknown): void {
    this.#log.warn(
      { event: 'alerts_not_written', error: messageOf(error) },
      'what changed of alerts could not be written; it is kept and tried again',
    );
  }

  judgingFailed(lane: LaneName | undefined, error: unknown): void {
    this.#metrics.judgingFailures.inc();
    const stack = error instanceof Error ? error.stack : undefined;
    this.#log.error(
      {
        ...measure('alert_judging_failed', 'alert_judging_failures', 1, 'failures'),
        lane,
        error: messageOf(error),
        stack,
      },
      `ticks ${lane === undefined ? '' : `of ${lane} `}are stored without being judged by rules for some seconds`,
    );
  }
}
