import { crc32 } from 'node:zlib';
import { open } from 'lmdb';

/** Writes a spool as version 1 did, with groups of texts by exchange, whose positions begin at 101. */
export async function writeVersion1(
  file: string,
  exchanges: Readonly<Record<string, readonly (readonly string[])[]>>,
): Promise<void> {
  const database = open<Buffer, (string | number)[]>({ path: file, noSubdir: true, encoding: 'binary' });
  await database.batch(() => {
    void database.put(['meta'], Buffer.from('{"format":"tickwatch-spool","version":1,"id":"one"}'));
    for (const [exchange, groups] of Object.entries(exchanges)) {
      let last = 100;
      for (const texts of groups) {
        const blob = blobOf(last + 1, texts);
        last += texts.length;
        void database.put(['log', exchange, last, texts.length, blob.length], blob);
      }
      void database.put(['high', exchange], Buffer.from(String(last)));
    }
  });
  await database.close();
}

function blobOf(first: number, texts: readonly string[]): Buffer {
  const head = Buffer.alloc(24 + 12 + 4 * texts.length);
  head.write('TWSP');
  head.writeDoubleLE(first, 8);
  head.writeUInt32LE(texts.length, 16);
  head.writeUInt32LE(1, 20);
  head.writeDoubleLE(1_700_000_000_000_000, 24);
  head.writeUInt32LE(texts.length, 32);
  for (const [i, text] of texts.entries()) head.writeUInt32LE(Buffer.byteLength(text), 36 + 4 * i);
  const blob = Buffer.concat([head, ...texts.map((text) => Buffer.from(text))]);
  blob.writeUInt32LE(crc32(blob.subarray(8)), 4);
  return blob;
}
