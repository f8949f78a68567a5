import type { SpoolConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { MemoryStore } from './memory-store.ts';
import { MessageLog } from './message-log.ts';
import { openSpool } from './spool/open-spool.ts';

/** Holds what no one has read or stored yet: about 100,000 messages of the usual length. */
const MAX_TAIL_BYTES = 24 * 1024 * 1024;
/** Without a folder, what waits for the database waits in memory: much less than on disk. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/** @throws SpoolInUseError another process works on the same folder */
export async function openMessageLog(
  exchanges: readonly string[],
  { folder, maxBytes, groupCommitMs }: SpoolConfig,
  onEvent: OnFeedEvent,
): Promise<MessageLog> {
  const store = folder === undefined ? new MemoryStore() : await openSpool(folder, onEvent);
  const limit = folder === undefined ? Math.min(maxBytes, MAX_MEMORY_BYTES) : maxBytes;
  return new MessageLog(exchanges, store, { groupCommitMs, maxBytes: limit, maxTailBytes: MAX_TAIL_BYTES }, onEvent);
}
