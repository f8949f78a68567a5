import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Shorter than any that was ever made: the start that wrote it was killed. */
const MIN_LENGTH = 16;

export function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password');
}

/** `undefined`: there is none. The file is its owner's alone afterwards. */
export async function readPassword(dataDir: string): Promise<string | undefined> {
  const file = passwordFile(dataDir);
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (process.platform !== 'win32') await chmod(file, 0o600);
    return text === '' ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isWhole(password: string): boolean {
  return password.length >= MIN_LENGTH;
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** It is there as a whole or not at all, and nobody else could read it at any moment. */
export async function writePassword(dataDir: string, password: string): Promise<void> {
  const draft = join(dataDir, `postgres-password-${process.pid}`);
  await rm(draft, { force: true });
  {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(password);
    await handle.sync();
  }
  await rename(draft, passwordFile(dataDir));
}
