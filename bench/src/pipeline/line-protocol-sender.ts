/**
 * Sends the load's ticks as rows of InfluxDB's line protocol over HTTP, as QuestDB recommends, as fast as they are taken;
 * a process of its own. Arguments: port, seconds, table. Prints one JSON line: { sent, seconds }.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { SECOND, SecondTemplate } from './second-template.ts';
import { exchangeOfTick, microsOfTick, priceOfTick, stockOfTick } from './tick-text.ts';

/** Rows of a second of the ticks' own time; more or fewer may be sent in one of the clock's. */
const ROWS_A_SECOND = 400_000;
/** What gave QuestDB its best figures here, of 10,000 and 50,000, one and two. */
const ROWS_A_REQUEST = 50_000;
const IN_FLIGHT = 2;
const STOCKS = 6;

const [port = '', seconds = '', table = ''] = process.argv.slice(2);
const template = new SecondTemplate(
  Array.from({ length: ROWS_A_SECOND }, (_, i) => {
    const tags = `stock_name=${stockOfTick(i, STOCKS)},exchange_name=${exchangeOfTick(i, STOCKS)}`;
    return `${table},${tags} price=${priceOfTick(i)} ${SECOND}${microsOfTick(i, ROWS_A_SECOND)}000\n`;
  }),
);
const target = {
  ...{ host: '127.0.0.1', port, path: '/write?precision=n', method: 'POST' },
  agent: new Agent({ keepAlive: true, maxSockets: IN_FLIGHT }),
};
const firstSecond = Math.floor(Date.now() / 1000);
const started = performance.now();
let sent = 0;

async function sendInTurn(): Promise<void> {
  while (performance.now() - started < Number(seconds) * 1000) {
    const from = sent % ROWS_A_SECOND;
    const rows = template.slice(from, from + ROWS_A_REQUEST, firstSecond + Math.floor(sent / ROWS_A_SECOND));
    sent += ROWS_A_REQUEST;
    const [response] = (await once(request(target).end(rows), 'response')) as [IncomingMessage];
    if (response.statusCode !== 204) throw new Error(`QuestDB answered ${response.statusCode}`);
    await once(response.resume(), 'end');
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, sendInTurn));
console.log(JSON.stringify({ sent, seconds: (performance.now() - started) / 1000 }));
