import type { SubscriberProcess } from './subscriber-process.ts';

const BAD_EVENTS = ['ingest_failed', 'fault', 'not_json', 'stop_failed', 'stop_timeout', 'stderr'];

/** What the processes did that nothing expected of them. */
export function processProblems(subscribers: readonly SubscriberProcess[]): readonly string[] {
  return subscribers.flatMap((subscriber) => {
    const death = subscriber.diedByItself ? [`a subscriber ended by itself (${subscriber.end})`] : [];
    const lines = BAD_EVENTS.flatMap((event) => {
      const line = subscriber.lines.find((one) => one.event === event);
      return line === undefined ? [] : [`unexpected in the log: ${JSON.stringify(line).slice(0, 600)}`];
    });
    return [...death, ...lines];
  });
}
