/** How many messages a fingerprint remembers. */
export const FINGERPRINT_MESSAGES = 32;
/** Messages of at most so many bytes are hashed whole. */
const HASHED_WHOLE = 1024;

/**
 * The hashes of a lane's last messages. Two subscribers of one channel hear the same messages but number them
 * differently; by this digest one finds the other's place in what it heard itself (see resume-place.ts).
 */
export class Fingerprint {
  readonly #ring = new Uint32Array(FINGERPRINT_MESSAGES);
  #count = 0;

  /** Continues from what {@link text} wrote; text that is none of ours counts as empty. */
  static parse(text: string): Fingerprint {
    const fingerprint = new Fingerprint();
    for (const hash of parseHashes(text)) fingerprint.push(hash);
    return fingerprint;
  }

  add(payload: Uint8Array): void {
    this.push(hashPayload(payload));
  }

  /** As {@link add} for each message in order; hashes only those that stay, so it costs next to nothing a message. */
  addAll(messages: readonly { readonly payload: Uint8Array }[]): void {
    for (let i = Math.max(0, messages.length - FINGERPRINT_MESSAGES); i < messages.length; i++) {
      const message = messages[i];
      if (message !== undefined) this.push(hashPayload(message.payload));
    }
  }

  /** Base64url of the hashes, oldest first, four bytes each; empty before the first message. */
  text(): string {
    const length = Math.min(this.#count, FINGERPRINT_MESSAGES);
    const bytes = Buffer.alloc(length * 4);
    for (let i = 0; i < length; i++) {
      bytes.writeUInt32LE(this.#ring[(this.#count - length + i) % FINGERPRINT_MESSAGES] ?? 0, i * 4);
    }
    return bytes.toString('base64url');
  }

  /** Adds hashes of messages, in order. */
  push(...hashes: readonly number[]): void {
    for (const hash of hashes) this.#ring[this.#count++ % FINGERPRINT_MESSAGES] = hash;
    // Keeps the count small for ever without changing which slot comes next.
    if (this.#count >= 2 ** 30) this.#count -= 2 ** 29;
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
