import { copyFile, type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a disk reads or writes at once. */
const PAGE_BYTES = 4096;
/** What a record begins with, before it says itself what it is. */
const MAGIC = 'TWS2';
const HEADER_BYTES = 16;
const MOST_BYTES = 64;

/** What was done to a file, in words. */
export type Damage = string;

/** One of the files of a spool: mostly one that holds messages. */
export async function spoolFile(folder: string, random: () => number): Promise<string> {
  const names = await readdir(folder);
  const kind = random() < 0.8 ? /^\d+\.log$/ : /^end\.\d$/;
  const files = names.filter((name) => kind.test(name)).sort();
  const name = files[Math.floor(random() * files.length)];
  if (name === undefined) throw new Error(`there is no spool in ${folder}: ${names}`);
  return join(folder, name);
}

/** Damages a file as a bad disk or a careless hand does; the same for the same random numbers. */
export async function damage(file: string, random: () => number): Promise<Damage> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const { size } = await stat(file);
  const page = below(Math.ceil(size / PAGE_BYTES)) * PAGE_BYTES;
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
      case 1: // a byte of a record's header
        return await flip((await recordAt(handle, below(size), size)) + below(HEADER_BYTES), 0xff);
      case 2: // a byte of what a record says of itself
        return await flip((await recordAt(handle, below(size), size)) + HEADER_BYTES + below(100), 0xff);
      case 3: // some bytes of noise
        return await write(below(size), Buffer.from(Array.from({ length: 1 + below(MOST_BYTES) }, () => below(256))));
      case 4: // a page that was never written
        return await write(page, Buffer.alloc(PAGE_BYTES));
      case 5: {
        // one page in another's place
        const { buffer } = await handle.read(Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, page);
        return await write(below(Math.ceil(size / PAGE_BYTES)) * PAGE_BYTES, buffer);
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

/** Where the first record behind a place begins, or else the file's first. */
async function recordAt(handle: FileHandle, from: number, size: number): Promise<number> {
  const { buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
  const at = buffer.indexOf(MAGIC);
  return at < 0 ? 0 : from + at;
}

/** Copies the files of a spool that no process has open. */
export async function copySpool(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    // Its lock is a folder with a socket.
    if (entry.isFile()) await copyFile(join(from, entry.name), join(to, entry.name));
  }
}
