import { randomUUID } from 'node:crypto';
import { until } from '../servers/until.ts';
import { docker, environmentOf } from './docker.ts';

/** Asks from inside by curl, with its arguments. @returns head and body of the answer */
export type Curl = (...args: readonly string[]) => Promise<string>;

/** Runs another nginx beside the stack's, with some settings changed; `options` go to `docker run`. */
export async function withNginx(
  settings: Readonly<Record<string, string>>,
  work: (ask: Curl, name: string) => Promise<void>,
  options: readonly string[] = [],
): Promise<void> {
  const name = `tickwatch-nginx-${randomUUID().slice(0, 8)}`;
  const sysctl = 'net.ipv4.ip_unprivileged_port_start=0';
  const environment = await environmentOf('nginx', settings);
  await docker('run', '--detach', '--name', name, '--sysctl', sysctl, ...options, ...environment, 'tickwatch-nginx');
  try {
    await until(() => docker('exec', name, 'curl', '--fail', '--silent', 'http://127.0.0.1:8081/').then(() => true), {
      what: 'a second nginx',
    });
    await work((...args) => docker('exec', name, 'curl', '--silent', '--insecure', '--include', ...args), name);
  } finally {
    await docker('rm', '--force', '--volumes', name);
  }
}
