/**
 * SHA-1 of bytes, as RFC 3174 has it: for names of things (UUIDs of version 5), never for secrets. By hand, since this package runs
 * in browsers too, which have none that answers at once.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const blocks = padded(bytes);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = new Int32Array(80);
  for (let at = 0; at < blocks.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = blocks.getInt32(at + 4 * i);
    for (let i = 16; i < 80; i++) {
      const last = word(words, i - 3) ^ word(words, i - 8);
      words[i] = turned(last ^ word(words, i - 14) ^ word(words, i - 16), 1);
    }
    addBlock(state, words);
  }
  const digest = new DataView(new ArrayBuffer(20));
  for (const [i, part] of state.entries()) digest.setInt32(4 * i, part);
  return new Uint8Array(digest.buffer);
}

function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const blocks = new Uint8Array(length);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(length - 4, bytes.length * 8);
  return view;
}

function addBlock(state: number[], words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let i = 0; i < 80; i++) {
    const next = (turned(a, 5) + mixed(i, b, c, d) + e + (words[i] as number)) | 0;
    e = d;
    d = c;
    c = turned(b, 30);
    b = a;
    a = next;
  }
  for (const [i, part] of [a, b, c, d, e].entries()) state[i] = ((state[i] as number) + part) | 0;
}

function mixed(round: number, b: number, c: number, d: number): number {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function word(words: Int32Array, at: number): number {
  return words[at] as number;
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
