import type { Logger } from '@tickwatch/runtime';
import type { StoreEvent } from '@tickwatch/store';

/** Tells what becomes of old days. @returns false: the event is about something else */
export function logSealing(log: Logger, event: StoreEvent): boolean {
  if (event.type === 'day_sealed') {
    const { type, packed, seconds, ...fields } = event;
    const bytesATick = event.ticks === 0 ? 0 : Number((event.bytes / event.ticks).toFixed(2));
    log.info(
      { event: type, metric: 'sealed_ticks', value: packed, unit: 'ticks', ...fields, seconds, bytesATick },
      `${event.day} is sealed: ${packed} ticks in ${seconds.toFixed(1)} s, ${bytesATick} bytes a tick`,
    );
  } else if (event.type === 'seal_postponed') {
    const { type, ...fields } = event;
    log.warn(
      { event: type, metric: 'days_not_sealed', value: event.days, unit: 'days', ...fields },
      `${event.days} days that are to be sealed stay as they are until the next try; ${event.day}: ${event.why}`,
    );
  } else if (event.type === 'block_damaged') {
    log.error({ event: event.type, day: event.day, detail: event.detail }, event.detail);
  } else return false;
  return true;
}
