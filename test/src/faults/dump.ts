import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type PostgresServer, until } from '../servers/index.ts';
import type { Database } from './database.ts';

const run = promisify(execFile);

/** How a dump comes back under a running subscriber. */
export type Restoration = 'in-place' | 'recreated';

/** A dump of a database, by the tools that people use. */
export class Dump {
  readonly #file: string;
  readonly #how: Restoration;

  private constructor(file: string, how: Restoration) {
    this.#file = file;
    this.#how = how;
  }

  static async of({ url }: Database, file: string, how: Restoration): Promise<Dump> {
    const clean = how === 'in-place' ? ['--clean', '--if-exists'] : [];
    await run('pg_dump', [...clean, `--dbname=${url}`, `--file=${file}`]);
    return new Dump(file, how);
  }

  /** Puts it in the place of what is there now. */
  async restore(postgres: PostgresServer, { url, name }: Database): Promise<void> {
    if (this.#how === 'in-place') {
      // It may be the one that PostgreSQL chooses to end a deadlock with a flush; who restores tries again then.
      await until(() => this.#read(url), { what: 'the dump being restored' });
      return;
    }
    // Made beside the old one: nobody sees it half done.
    const fresh = `${name}_fresh`;
    await this.#read(await postgres.createDatabase(fresh));
    const admin = await postgres.connect();
    try {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.query(`ALTER DATABASE ${fresh} RENAME TO ${name}`);
    } finally {
      await admin.end();
    }
  }

  async #read(url: string): Promise<true> {
    const options = ['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1'];
    await run('psql', [...options, `--dbname=${url}`, `--file=${this.#file}`]);
    return true;
  }
}
