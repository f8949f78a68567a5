/**
 * Counts the WebSocket frames in a stream of bytes and looks at few of them. With thousands of clients in one
 * process a whole WebSocket implementation for each would measure itself.
 */
export class FrameReader {
  frames = 0;
  bytes = 0;
  #missing = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** @param look gets the payload of the last frame that lies whole in these bytes */
  read(chunk: Buffer, look?: (payload: Buffer) => void): void {
    this.bytes += chunk.length;
    let at = Math.min(this.#missing, chunk.length);
    this.#missing -= at;
    if (this.#missing > 0) return;
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk.subarray(at)]) : chunk.subarray(at);
    at = 0;
    let payload: Buffer | undefined;
    for (;;) {
      const header = headerLength(data, at);
      if (header === undefined) break;
      const end = at + header + payloadLength(data, at, header);
      this.frames++;
      if (end <= data.length) payload = data.subarray(at + header, end);
      else this.#missing = end - data.length;
      at = Math.min(end, data.length);
    }
    this.#rest = data.subarray(at);
    if (payload !== undefined) look?.(payload);
  }
}

function headerLength(data: Buffer, at: number): number | undefined {
  const left = data.length - at;
  if (left < 2) return undefined;
  const short = (data[at + 1] as number) & 0x7f;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  return left < header ? undefined : header;
}

function payloadLength(data: Buffer, at: number, header: number): number {
  if (header === 2) return (data[at + 1] as number) & 0x7f;
  return header === 4 ? data.readUInt16BE(at + 2) : data.readUInt32BE(at + 6);
}
