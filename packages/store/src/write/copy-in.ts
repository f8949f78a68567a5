import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** One COPY FROM STDIN of chunks in its format. */
export async function copyIn(client: pg.ClientBase, statement: string, chunks: Iterable<Buffer>): Promise<void> {
  const stream = client.query(copyFrom(statement));
  // A server that falls silent makes two errors, one by the time limit and one when the connection is then closed.
  stream.on('error', () => {});
  const finished = once(stream, 'finish');
  let failed = false;
  // `finished` is awaited below. The stream must not be written to after its error: it has let go of its connection.
  finished.catch(() => {
    failed = true;
  });
  // One chunk at a time: the next is made while PostgreSQL works on this one.
  for (const chunk of chunks) {
    if (failed) break;
    if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished]);
  }
  if (!failed) stream.end();
  await finished;
}
