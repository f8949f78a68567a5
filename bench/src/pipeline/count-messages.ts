/** The floor of receiving: a node-redis client that only counts. Arguments: port, seconds without a message to end. */
import { createClient } from '@redis/client';

const [port = 0, quietSeconds = 2] = process.argv.slice(2).map(Number);
const client = createClient({ url: `redis://127.0.0.1:${port}` });
await client.connect();
let received = 0;
let first = 0;
let last = performance.now();
await client.subscribe(
  ['NASDAQ', 'NYSE'],
  () => {
    last = performance.now();
    if (received++ === 0) first = last;
  },
  true,
);
console.log(JSON.stringify({ listening: true }));
while (received === 0 || performance.now() - last < quietSeconds * 1000) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log(JSON.stringify({ received, seconds: (last - first) / 1000 }));
client.destroy();
