import { spawnSync } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** A user namespace in which root is somebody else; files that PostgreSQL makes still belong to root outside. */
const NAMESPACE = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];

/**
 * PostgreSQL refuses to run as root. As root, puts in front of a command what makes it a plain user without creating one,
 * and without giving up folders that only root can enter.
 * @throws EmbeddedPostgresError with what to do where user namespaces are forbidden
 */
export function asPlainUser(command: readonly string[]): readonly [string, ...string[]] {
  const [program = '', ...args] = process.getuid?.() === 0 ? [...namespace(), ...command] : command;
  return [program, ...args];
}

let allowed: boolean | undefined;

function namespace(): readonly string[] {
  allowed ??= spawnSync(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  if (allowed) return NAMESPACE;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root and this system forbids user namespaces: run as a plain user (for example `su tickwatch -c "npm start"`), or set DATABASE_URL',
  );
}
