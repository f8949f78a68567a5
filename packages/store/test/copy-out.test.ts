import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { CopyOut } from '../src/sealing/copy-out.ts';

const ROWS = ['first', '', 'a longer row', 'x'.repeat(300), 'last'];
const NOTICE = message('N', 'notice');
const [BEFORE, AFTER] = [ROWS.slice(0, 2), ROWS.slice(2)].map((rows) =>
  Buffer.concat(rows.map((row) => message('d', row))),
) as [Buffer, Buffer];
const END = Buffer.concat([message('c', ''), message('C', 'COPY 5'), message('Z', 'T')]);
const WIRE = Buffer.concat([message('H', 'columns'), BEFORE, NOTICE, AFTER, END]);

describe('COPY as it comes over the wire', () => {
  it('is cut into whole messages wherever the socket cuts it, and what is not of it goes to pg', async () => {
    for (let cut = 1; cut < WIRE.length; cut++) {
      const { messages, ofPg } = await read([WIRE.subarray(0, cut), WIRE.subarray(cut)]);
      assert.deepEqual(rowsOf(messages), ROWS, `cut at byte ${cut}`);
      assert.deepEqual(ofPg, Buffer.concat([NOTICE, END]), `cut at byte ${cut}`);
    }
    for (const size of [1, 2, 3, 7]) {
      const parts = Array.from({ length: Math.ceil(WIRE.length / size) }, (_, i) =>
        WIRE.subarray(i * size, (i + 1) * size),
      );
      const { messages, ofPg } = await read(parts);
      assert.deepEqual(rowsOf(messages), ROWS, `${size} bytes at once`);
      assert.deepEqual(ofPg, Buffer.concat([NOTICE, END]), `${size} bytes at once`);
    }
  });

  it('ends with the error that pg reads', async () => {
    const wire = Buffer.concat([message('H', ''), BEFORE, message('E', 'no more')]);
    await assert.rejects(read([wire], new Error('no more')), /no more/);
  });
});

/** @param error what pg makes of what it gets */
async function read(parts: readonly Buffer[], error?: Error) {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const ofPg: Buffer[] = [];
  const copy = new CopyOut('COPY');
  socket.on('data', (chunk: Buffer) => {
    ofPg.push(chunk);
    if (error !== undefined) copy.handleError(error);
    else if (Buffer.concat(ofPg).includes(END)) copy.handleCommandComplete({ text: `COPY ${ROWS.length}` });
  });
  copy.submit({ stream: socket, query: () => {} } as unknown as pg.Connection);
  const messages: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of copy) messages.push(chunk as Buffer);
  })();
  for (const part of parts) {
    socket.push(part);
    await Promise.race([nextTurn(), reading]);
  }
  await reading;
  assert.equal(copy.rows, ROWS.length);
  return { messages, ofPg: Buffer.concat(ofPg) };
}

function message(letter: string, body: string): Buffer {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(body));
  bytes.write(letter);
  bytes.writeInt32BE(bytes.length - 1, 1);
  bytes.write(body, 5);
  return bytes;
}

/** @throws where a chunk is not some whole messages */
function rowsOf(chunks: readonly Buffer[]): readonly string[] {
  return chunks.flatMap((chunk) => {
    const rows: string[] = [];
    for (let at = 0; at < chunk.length; ) {
      const end = at + 1 + chunk.readInt32BE(at + 1);
      assert.ok(end <= chunk.length);
      rows.push(chunk.toString('utf8', at + 5, end));
      at = end;
    }
    return rows;
  });
}
