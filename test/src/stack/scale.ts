import { docker, tryDocker } from './docker.ts';

const FILES = ['compose', '--file', 'compose.yaml', '--file', 'compose.scale.yaml'];

export const SUBSCRIBERS = ['subscriber', 'subscriber-2', 'subscriber-3', 'subscriber-4'] as const;

/** Puts compose.scale.yaml over the running stack, or brings back what is missing of it. */
export async function scaleUp(): Promise<void> {
  const { code, stderr } = await tryDocker([...FILES, 'up', '--detach', '--wait', '--wait-timeout', '240']);
  if (code !== 0) throw new Error(`docker compose up: ${stderr}`);
}

/** What a Node service answers within its container. */
export async function askWithin<T>(container: string, url: string): Promise<T> {
  const script = `fetch(${JSON.stringify(url)}).then(async (answer) => console.log(await answer.text()))`;
  return JSON.parse(await docker('exec', container, 'node', '-e', script)) as T;
}

/** The lanes that a subscriber leads. */
export async function lanesOf(subscriber: string): Promise<readonly string[]> {
  const { lanes } = await askWithin<{ readonly lanes: object }>(subscriber, 'http://127.0.0.1:9102/tail?after=');
  return Object.keys(lanes).sort();
}

/** Runs SQL on the replica. @returns rows as psql prints them, columns with | between */
export function replicaSql(statement: string): Promise<string> {
  return docker('exec', 'postgres-replica', 'psql', '-U', 'postgres', '-d', 'stocks', '-Atc', statement);
}
