import { sqlNumber } from './docker.ts';
import { ask, askJson } from './front-door.ts';
import { createWatcher, firstMessage } from './watcher.ts';

const ADMIN = { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` };

async function liveTickArrives(): Promise<void> {
  const watcher = createWatcher('ws://localhost/connection/websocket');
  try {
    await firstMessage(watcher, 'NASDAQ', 3000);
  } finally {
    watcher.disconnect();
  }
}

async function isNewer(table: string, filter: string, since: Date): Promise<void> {
  const count = await sqlNumber(
    `SELECT count(*) FROM ${table} WHERE ${filter} AND "timestamp" > '${since.toISOString()}'`,
  );
  if (count === 0) throw new Error(`nothing new in ${table}`);
}

/**
 * Goes every way through the stack: page, API, live channel, rows and measurements newer than `since`, Grafana.
 * @throws Error naming the first that does not work
 */
export async function assertWorking(since: Date): Promise<void> {
  const page = await ask('http://localhost/');
  if (page.status !== 200) throw new Error(`the page answers ${page.status}`);
  await askJson('http://localhost/api/average/AAPL');
  await liveTickArrives();
  await isNewer('stock_prices', 'true', since);
  await isNewer('metrics', `metric = 'insert_latency'`, since);
  await askJson('http://localhost/grafana/api/search', { headers: ADMIN });
}
