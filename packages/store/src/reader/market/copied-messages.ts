import { CopyOut } from '../../sealing/copy-out.ts';
import { translateReadError } from '../read-errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { untilSilent } from '../ticks/tick-parts.ts';

/** What a binary COPY gives, as some whole messages at a time. Has to be read to its end before anything else is asked. */
export async function* copiedMessages(
  snapshot: Snapshot,
  text: string,
  stallMs: number,
): AsyncGenerator<Buffer, void, undefined> {
  const copy = snapshot.client.query(new CopyOut(text));
  // Closing the connection of a COPY that was given up is an error too, when nobody reads it any more.
  copy.on('error', () => {});
  try {
    yield* untilSilent(copy, stallMs);
  } catch (error) {
    throw translateReadError(error);
  }
}
