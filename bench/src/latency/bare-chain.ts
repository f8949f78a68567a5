/**
 * The least that can carry a tick to a browser: a Redis subscription, one HTTP publish for each message, nothing else.
 * Arguments: Redis port, Centrifugo's API URL, its key.
 */
import { Agent, request } from 'node:http';
import { createClient } from '@redis/client';
import { decodeText, encodeLiveMessage, nowMicros } from '@tickwatch/core';

const [port = '', apiUrl = '', apiKey = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const target = new URL('/api/publish', apiUrl);
const client = createClient({ url: `redis://127.0.0.1:${port}` });
await client.connect();
let seq = 0;

await client.subscribe(['NASDAQ', 'NYSE'], (message, exchange) => {
  const decoded = decodeText(message, nowMicros());
  if (!decoded.ok) return;
  seq++;
  const data = encodeLiveMessage([{ stock: decoded.stock, exchange, price: decoded.price, time: decoded.time, seq }]);
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  const post = request(target, { method: 'POST', agent, headers }, (response) => response.resume());
  post.end(`{"channel":"${exchange}","data":${data}}`);
});
console.log('listening');
