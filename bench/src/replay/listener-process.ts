/**
 * Viewers with the real client, as a process of its own: each listens to some channels over a connection of its own. Takes the
 * time from each tick's own time stamp to its arrival here. Arguments: WebSocket URL, and for each viewer its channels with
 * commas between. Prints a JSON line when all listen, and one for each line of its input, about what came since the last one:
 * for each viewer { count, min, p50, p99 } in ms. Ends with its input.
 */
import { createInterface } from 'node:readline';
import { type LiveMessage, nowMicros, parseTime } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url = '', ...viewers] = process.argv.slice(2);
const delays = viewers.map((): number[] => []);

await Promise.all(
  viewers.flatMap((channels, viewer) => {
    const client = new Centrifuge(url, { websocket: WebSocket });
    client.connect();
    return channels.split(',').map((channel) => {
      const subscription = client.newSubscription(channel);
      subscription.on('publication', ({ data }) => {
        const now = nowMicros();
        for (const { timestamp } of (data as LiveMessage).ticks) {
          delays[viewer]?.push((now - (parseTime(timestamp) ?? now)) / 1000);
        }
      });
      subscription.subscribe();
      return subscription.ready(20_000);
    });
  }),
);
console.log('[]');

for await (const _line of createInterface({ input: process.stdin })) {
  const figures = delays.map((some) => {
    const sorted = some.splice(0).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { count: sorted.length, min: at(0), p50: at(0.5), p99: at(0.99) };
  });
  console.log(JSON.stringify(figures));
}
process.exit(0);
