/** How many messages a fingerprint remembers. */
export const FINGERPRINT_MESSAGES = 32;
/** Messages of at most so many bytes are hashed whole. */
const HASHED_WHOLE = 1024;

/**
 * The hashes of a lane's last messages. Two subscribers of one channel hear the same messages but number them
 * differently; by this digest one finds the other's place in what it heard itself (see resume-place.ts).
 */
export class Fingerprint {
  readonly #hashes: number[] = [];

  /** Continues from what {@link text} wrote; text that is none of ours counts as empty. */
  static parse(text: string): Fingerprint {
    const fingerprint = new Fingerprint();
    fingerprint.push(...parseHashes(text));
    return fingerprint;
  }

  add(payload: Uint8Array): void {
    this.push(hashPayload(payload));
  }

  /** As {@link add} for each message in order; hashes only those that stay, so it costs next to nothing a message. */
  addAll(messages: readonly { readonly payload: Uint8Array }[]): void {
    this.push(...messages.slice(-FINGERPRINT_MESSAGES).map(({ payload }) => hashPayload(payload)));
  }

  /** Base64url of the hashes, oldest first, four bytes each; empty before the first message. */
  text(): string {
    const bytes = Buffer.alloc(this.#hashes.length * 4);
    for (const [i, hash] of this.#hashes.entries()) bytes.writeUInt32LE(hash, i * 4);
    return bytes.toString('base64url');
  }

  /** Adds hashes of messages, in order. */
  push(...hashes: readonly number[]): void {
    this.#hashes.push(...hashes);
    this.#hashes.splice(0, this.#hashes.length - FINGERPRINT_MESSAGES);
  }
}

/** The hashes in a fingerprint's text, oldest first; empty when the text is none of ours. */
export function parseHashes(text: string): readonly number[] {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length % 4 !== 0 || bytes.length > FINGERPRINT_MESSAGES * 4) return [];
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
}

/** FNV-1a, 32 bits. */
export function hashPayload(payload: Uint8Array): number {
  const { length } = payload;
  let hash = 0x811c9dc5;
  // Of a long message (many ticks) both ends and the length tell it apart: it need not be read whole.
  const skipFrom = length > HASHED_WHOLE ? HASHED_WHOLE / 2 : length;
  for (let i = 0; i < skipFrom; i++) hash = Math.imul(hash ^ (payload[i] ?? 0), 0x01000193);
  if (skipFrom === length) return hash >>> 0;
  for (let i = length - HASHED_WHOLE / 2; i < length; i++) hash = Math.imul(hash ^ (payload[i] ?? 0), 0x01000193);
  return (hash ^ length) >>> 0;
}
