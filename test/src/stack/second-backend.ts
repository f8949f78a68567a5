import { randomUUID } from 'node:crypto';
import { until } from '../servers/until.ts';
import { docker, environmentOf, inspect } from './docker.ts';

export interface Asked {
  readonly status: number;
  readonly body: string;
}

/** Asks the second backend from inside, who shows a token. */
export type AskBackend = (token: string, method: string, path: string, body?: object) => Promise<Asked>;

/** Reads what to ask from its arguments; prints what was answered. */
const ASK = `const [token, method, path, body] = process.argv.slice(1);
const headers = { authorization: 'Bearer ' + token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
fetch('http://127.0.0.1:5050' + path, { method, headers, body })
  .then(async (answer) => console.log(JSON.stringify({ status: answer.status, body: await answer.text() })));`;

/** Runs another backend beside the stack's, on its networks, with some settings changed. */
export async function withBackend(
  settings: Readonly<Record<string, string>>,
  work: (ask: AskBackend) => Promise<void>,
): Promise<void> {
  const name = `tickwatch-backend-${randomUUID().slice(0, 8)}`;
  const [network, ...others] = Object.keys((await inspect('backend')).NetworkSettings.Networks);
  if (network === undefined) throw new Error('the backend has no network');
  const environment = await environmentOf('backend', settings);
  await docker('create', '--name', name, '--network', network, ...environment, 'tickwatch-backend');
  try {
    for (const other of others) await docker('network', 'connect', other, name);
    await docker('start', name);
    const ask: AskBackend = async (token, method, path, body) => {
      const args = [token, method, path, ...(body === undefined ? [] : [JSON.stringify(body)])];
      return JSON.parse(await docker('exec', name, 'node', '-e', ASK, ...args)) as Asked;
    };
    await until(async () => (await ask('none', 'GET', '/healthz')).status === 200, { what: 'a second backend' });
    await work(ask);
  } finally {
    await docker('rm', '--force', '--volumes', name);
  }
}
