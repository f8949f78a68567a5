import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where compose.yaml is. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

export const SERVICES = [
  'backend',
  'centrifugo',
  'client',
  'grafana',
  'nginx',
  'notifier',
  'postgres',
  'redis',
  'stock_generator',
  'subscriber',
  'vector',
] as const;

/** What compose.scale.yaml adds. */
export const FURTHER_SERVICES = [
  'backend-2',
  'centrifugo-2',
  'postgres-replica',
  'redis-live',
  'subscriber-2',
  'subscriber-3',
  'subscriber-4',
] as const;

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs docker and tells how it ended, whatever that is. */
export async function tryDocker(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Output> {
  try {
    const options = { cwd: PROJECT, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    return { code: 0, ...(await run('docker', args, options)) };
  } catch (error) {
    const { code = 1, stdout = '', stderr = '' } = error as Partial<Output>;
    return { code, stdout, stderr };
  }
}

/** @throws Error with what docker complained about */
export async function docker(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tryDocker(args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr || stdout}`);
  return stdout.trim();
}

/** Runs docker with text on its standard input. @returns its standard output */
export async function feedDocker(input: string, ...args: readonly string[]): Promise<string> {
  const child = spawn('docker', args, { cwd: PROJECT, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(input);
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text;
}

export interface ContainerFacts {
  readonly Image: string;
  readonly Config: { readonly User: string; readonly Image: string };
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly HostConfig: {
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly ReadonlyRootfs: boolean;
    readonly Memory: number;
    readonly Privileged: boolean;
    readonly Init: boolean;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
    readonly Networks: Readonly<Record<string, unknown>>;
  };
}

export async function inspect(container: string): Promise<ContainerFacts> {
  const [facts] = JSON.parse(await docker('inspect', container)) as readonly ContainerFacts[];
  if (facts === undefined) throw new Error(`no container ${container}`);
  return facts;
}

/** Runs SQL in the postgres container. @returns rows as psql prints them, columns with | between */
export function sql(statement: string, url = 'postgres://postgres@/stocks'): Promise<string> {
  const options = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1'];
  return docker('exec', 'postgres', 'psql', ...options, '--dbname', url, '--command', statement);
}

export async function sqlNumber(statement: string): Promise<number> {
  return Number(await sql(statement));
}

/** The environment that compose gives a service, with some settings. */
export async function composed(
  service: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const { code, stdout, stderr } = await tryDocker(['compose', 'config', '--format', 'json'], settings);
  if (code !== 0) throw new Error(`docker compose config: ${stderr}`);
  const { services } = JSON.parse(stdout) as {
    readonly services: Readonly<Record<string, { readonly environment: Readonly<Record<string, string>> }>>;
  };
  return services[service]?.environment ?? {};
}

/** Arguments for `docker run` with the environment that compose gives a service, some values changed. */
export async function environmentOf(service: string, changes: Readonly<Record<string, string>>): Promise<string[]> {
  const values = { ...(await composed(service)), ...changes };
  return Object.entries(values).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}
