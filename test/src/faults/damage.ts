import { copyFile, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** LMDB's pages; each begins with a header of 16 bytes. */
const PAGE_BYTES = 4096;
const HEADER_BYTES = 16;
const MOST_BYTES = 64;

/** What was done to a file, in words. */
export type Damage = string;

/** The file of a spool that holds the messages. */
export async function spoolFile(folder: string): Promise<string> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })));
  const [largest] = sizes.filter(({ name }) => /\.mdb$/.test(name)).sort((a, b) => b.size - a.size);
  if (largest === undefined) throw new Error(`there is no spool in ${folder}: ${names}`);
  return join(folder, largest.name);
}

/** Damages a file as a bad disk or a careless hand does; the same for the same random numbers. */
export async function damage(file: string, random: () => number): Promise<Damage> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const { size } = await stat(file);
  const page = below(size / PAGE_BYTES) * PAGE_BYTES;
  const handle = await open(file, 'r+');
  try {
    const write = async (at: number, bytes: Buffer): Promise<Damage> => {
      await handle.write(bytes, 0, bytes.length, at);
      return `${bytes.length} bytes at ${at}: ${bytes.subarray(0, 8).toString('hex')}…`;
    };
    const flip = async (at: number, mask: number): Promise<Damage> => {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
      return await write(at, Buffer.from([(buffer[0] ?? 0) ^ mask]));
    };
    switch (below(7)) {
      case 0: // one bit somewhere
        return await flip(below(size), 1 << below(8));
      case 1: // a byte of a page's header
        return await flip(page + below(HEADER_BYTES), 0xff);
      case 2: // a byte where a page keeps its places or its keys
        return await flip(page + HEADER_BYTES + below(PAGE_BYTES - HEADER_BYTES), 0xff);
      case 3: // some bytes of noise
        return await write(below(size), Buffer.from(Array.from({ length: 1 + below(MOST_BYTES) }, () => below(256))));
      case 4: // a page that was never written
        return await write(page, Buffer.alloc(PAGE_BYTES));
      case 5: {
        // one page in another's place
        const { buffer } = await handle.read(Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, page);
        return await write(below(size / PAGE_BYTES) * PAGE_BYTES, buffer);
      }
      default: {
        const length = below(size);
        await handle.truncate(length);
        return `cut to ${length} of ${size} bytes`;
      }
    }
  } finally {
    await handle.close();
  }
}

/** Copies the files of a spool that no process has open. */
export async function copySpool(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (!name.includes('lock')) await copyFile(join(from, name), join(to, name));
  }
}
