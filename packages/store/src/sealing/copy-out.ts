import { type Duplex, Readable } from 'node:stream';
import type pg from 'pg';

/** What each message begins with: a letter and a length, which counts itself but not the letter. */
export const MESSAGE_HEAD_BYTES = 5;
const COPY_DATA = 0x64;
const COPY_OUT_RESPONSE = 0x48;
/** NotificationResponse, NoticeResponse, ParameterStatus: they may come at any time. */
const MEANWHILE = [0x41, 0x4e, 0x53];
/** Half of them are what the socket gives at once, 64 KB; between two of those lies the message that both have a part of. */
const CHUNKS_AHEAD = 8;

type Listener = (chunk: Buffer) => void;

/**
 * `COPY … TO STDOUT` as it comes over the wire: each chunk is some whole CopyData messages with their heads, a row each. No object
 * and no copy a row, which would cost more than to read it. For `client.query`.
 * Source: PostgreSQL's documentation of its protocol (Message Flow, COPY Operations).
 */
export class CopyOut extends Readable implements pg.Submittable {
  /** pg's: ends the timer of the query. */
  callback?: () => void;
  readonly #text: string;
  #socket: Duplex | undefined;
  /** What pg hears the socket with. */
  #ofPg: Listener = () => {};
  #rest: Buffer = Buffer.alloc(0);
  #rows = Number.NaN;

  constructor(text: string) {
    super({ objectMode: true, highWaterMark: CHUNKS_AHEAD });
    this.#text = text;
    // pg does so for its own queries. Else the process would stay until the time is over.
    this.once('close', () => this.callback?.());
  }

  /** How many PostgreSQL says there were, once all have come. */
  get rows(): number {
    return this.#rows;
  }

  submit(connection: pg.Connection): void {
    const socket = connection.stream;
    const [listener, ...others] = socket.listeners('data') as Listener[];
    if (listener === undefined || others.length > 0) throw new Error('another COPY reads from this connection');
    this.#ofPg = listener;
    this.#socket = socket;
    socket.removeListener('data', listener);
    socket.on('data', this.#hear);
    connection.query(this.#text);
  }

  override _read(): void {
    this.#socket?.resume();
  }

  handleError(error: Error): void {
    this.destroy(error);
  }

  /** Only then is it over: pg hears of an error behind the last row, too. */
  handleCommandComplete({ text }: { readonly text?: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text ?? '')?.[1]);
    this.push(null);
  }

  handleReadyForQuery(): void {}

  readonly #hear = (chunk: Buffer): void => {
    const at = this.#rest.length === 0 ? 0 : this.#complete(chunk);
    // Else what is kept of an unfinished message would go.
    if (at === chunk.length) return;
    // It may have ended with the message that was completed.
    if (this.#socket === undefined) this.#ofPg(chunk.subarray(at));
    else this.#take(chunk.subarray(at));
  };

  /** Takes the message whose beginning came before. @returns where the next one begins */
  #complete(chunk: Buffer): number {
    const begun = Buffer.concat([this.#rest, chunk.subarray(0, MESSAGE_HEAD_BYTES)]);
    const missing = begun.length < MESSAGE_HEAD_BYTES ? chunk.length : 1 + begun.readUInt32BE(1) - this.#rest.length;
    const message = Buffer.concat([this.#rest, chunk.subarray(0, missing)]);
    this.#take(message);
    return Math.min(missing, chunk.length);
  }

  #take(input: Buffer): void {
    let from = 0;
    let at = 0;
    while (at + MESSAGE_HEAD_BYTES <= input.length) {
      const end = at + 1 + input.readUInt32BE(at + 1);
      const letter = input[at] as number;
      const isOfPg = letter !== COPY_DATA && letter !== COPY_OUT_RESPONSE;
      if (isOfPg && !MEANWHILE.includes(letter)) {
        this.#give(input.subarray(from, at));
        this.#end(input.subarray(at));
        return;
      }
      if (end > input.length) break;
      if (letter !== COPY_DATA) {
        this.#give(input.subarray(from, at));
        from = end;
      }
      if (isOfPg) this.#ofPg(input.subarray(at, end));
      at = end;
    }
    this.#give(input.subarray(from, at));
    // A copy: what is behind it need not stay in memory.
    this.#rest = Buffer.from(input.subarray(at));
  }

  #give(messages: Buffer): void {
    if (messages.length > 0 && !this.destroyed && !this.push(messages)) this.#socket?.pause();
  }

  /** CopyDone or an error: pg has the connection back, and hands what comes to {@link handleCommandComplete} or {@link handleError}. */
  #end(rest: Buffer): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.removeListener('data', this.#hear);
    socket?.on('data', this.#ofPg);
    this.#ofPg(rest);
    socket?.resume();
  }
}
