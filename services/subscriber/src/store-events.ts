import type { Logger } from '@tickwatch/runtime';
import type { StoreEvent } from '@tickwatch/store';
import type { SubscriberMetrics } from './metrics.ts';

const BAD_EVENTS: ReadonlySet<StoreEvent['type']> = new Set([
  'waiting_for_database',
  'migration_warned',
  'partition_failed',
  'maintenance_failed',
  'lease_lost',
  'commit_outcome_unknown',
]);

/** Tells what happens to the store, to the log and to the metrics. */
export function tellStoreEvent(log: Logger, metrics: SubscriberMetrics, event: StoreEvent): void {
  const { type, ...fields } = event;
  if (event.type === 'day_sealed') {
    metrics.daysSealed.inc();
    const { type: _, packed, seconds, ...rest } = event;
    const bytesATick = event.ticks === 0 ? 0 : Number((event.bytes / event.ticks).toFixed(2));
    log.info(
      { event: type, metric: 'sealed_ticks', value: packed, unit: 'ticks', ...rest, seconds, bytesATick },
      `${event.day} is sealed: ${packed} ticks in ${seconds.toFixed(1)} s, ${bytesATick} bytes a tick`,
    );
  } else if (event.type === 'seal_postponed') {
    metrics.sealsPostponed.inc();
    log.warn(
      { event: type, metric: 'days_not_sealed', value: event.days, unit: 'days', ...fields },
      `${event.days} days that are to be sealed stay as they are until the next try; ${event.day}: ${event.why}`,
    );
  } else if (event.type === 'block_damaged') {
    metrics.damagedBlocks.inc();
    log.error({ event: type, day: event.day, detail: event.detail }, event.detail);
  } else {
    log[BAD_EVENTS.has(type) ? 'warn' : 'info']({ event: type, ...fields }, type.replaceAll('_', ' '));
  }
}
