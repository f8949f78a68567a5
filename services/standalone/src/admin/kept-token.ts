import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@tickwatch/folders';
import { tokenProblem } from '@tickwatch/runtime';

const FILE = 'admin-token';
const TOKEN_BYTES = 32;
const FOR_OTHERS = 0o077;
const AGAIN = 'remove it, and a new token is made at the next start';

/** The file of the token can't be made or believed; the message says what to do. It never holds the token. */
export class AdminTokenError extends Error {
  readonly code = 'ADMIN_TOKEN';
  override readonly name = 'AdminTokenError';
}

export interface KeptToken {
  readonly token: string;
  readonly file: string;
  /** Just now, because there was none. */
  readonly made: boolean;
}

/**
 * The administrator's token of this data folder: 32 random bytes, made at the first start and found again at the next,
 * in a file that nobody else may read. @throws AdminTokenError
 */
export async function keptToken(dataDir: string): Promise<KeptToken> {
  const file = join(dataDir, FILE);
  try {
    const known = await readToken(file);
    if (known !== undefined) return { token: known, file, made: false };
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    if (await writeToken(file, token)) return { token, file, made: true };
    // Another process was faster.
    const other = await readToken(file);
    if (other !== undefined) return { token: other, file, made: false };
  } catch (error) {
    if (error instanceof AdminTokenError) throw error;
    const { message } = error as Error;
    throw new AdminTokenError(`the administrator's token can't be kept: ${message}; or set ADMIN_TOKEN`, {
      cause: error,
    });
  }
  throw new AdminTokenError(`${file} comes and goes: set ADMIN_TOKEN`);
}

async function readToken(file: string): Promise<string | undefined> {
  // What is opened is what is looked at: no link is followed, and no pipe waited for.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error.code === 'ELOOP' ? new AdminTokenError(`${file} is no plain file: ${AGAIN}`) : error;
    },
  );
  if (handle === undefined) return undefined;
  try {
    await keepFromOthers(handle, file);
    const token = (await handle.readFile('utf8')).trim();
    const wrong = tokenProblem(token);
    if (wrong !== undefined) throw new AdminTokenError(`the token in ${file} ${wrong}; or ${AGAIN}`);
    return token;
  } finally {
    await handle.close();
  }
}

/** @throws AdminTokenError somebody else made it, who knows the token then */
async function keepFromOthers(handle: FileHandle, file: string): Promise<void> {
  const stats = await handle.stat();
  const { uid, mode } = stats;
  if (!stats.isFile()) throw new AdminTokenError(`${file} is no plain file: ${AGAIN}`);
  const own = process.getuid?.();
  if (own === undefined) return;
  // Root may start what a plain user began.
  const isOurs = uid === own || (own === 0 && uid === (await stat(dirname(file))).uid);
  if (!isOurs) throw new AdminTokenError(`${file} belongs to another user (uid ${uid}): ${AGAIN}`);
  if ((mode & FOR_OTHERS) !== 0) await handle.chmod(0o600);
}

/** The file is there whole or not at all. @returns false: another process made one in between */
async function writeToken(file: string, token: string): Promise<boolean> {
  await makeFolder(dirname(file), 'DATA_DIR');
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${token}\n`);
    await handle.sync();
    return await link(draft, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        // There are file systems without hard links.
        return rename(draft, file).then(() => true);
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}
