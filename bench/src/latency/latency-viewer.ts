/**
 * A viewer with the real client, as a process of its own. Takes the time from each tick's own time stamp (set just
 * before it was published, same machine, same clock) to its arrival here. Arguments: WebSocket URL, how many ticks
 * to leave out at the beginning. Prints a JSON line on SIGTERM: { count, p50, p99, p999 } in ms.
 */
import { type LiveMessage, nowMicros, parseTime } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

const [url = '', leaveOut = '0'] = process.argv.slice(2);
const delays: number[] = [];
let seen = 0;

const client = new Centrifuge(url, { websocket: WebSocket });
for (const channel of ['NASDAQ', 'NYSE']) {
  const subscription = client.newSubscription(channel);
  subscription.on('publication', ({ data }) => {
    const now = nowMicros();
    for (const tick of (data as LiveMessage).ticks) {
      if (++seen > Number(leaveOut)) delays.push((now - (parseTime(tick.timestamp) ?? now)) / 1000);
    }
  });
  subscription.subscribe();
}
client.connect();

process.on('SIGTERM', () => {
  delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN;
  console.log(JSON.stringify({ count: delays.length, p50: at(0.5), p99: at(0.99), p999: at(0.999) }));
  process.exit(0);
});
