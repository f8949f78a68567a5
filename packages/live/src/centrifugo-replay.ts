import type { CentrifugoApi } from './centrifugo-api.ts';
import { type Command, call } from './centrifugo-commands.ts';
import { type Pace, PublishPace } from './publish-pace.ts';
import { REPLAY_NAMESPACE, type ReplayChannel, replayMessageBytes } from './replay-channels.ts';

/** One replay's channel on Centrifugo. */
export class CentrifugoReplay implements ReplayChannel {
  readonly name: string;
  readonly #api: CentrifugoApi;
  readonly #pace: PublishPace;
  readonly #onClose: () => void;
  #sent = 0;
  /** What was sent and may have arrived though no answer came. */
  #unsure: string | undefined;
  #closed = false;
  #listeners = 0;
  #changed: (listeners: number) => void = () => {};

  constructor(name: string, api: CentrifugoApi, pace: Pace, onClose: () => void) {
    this.name = name;
    this.#api = api;
    this.#pace = new PublishPace(pace);
    this.#onClose = onClose;
  }

  async publish(data: string): Promise<void> {
    const bytes = replayMessageBytes(data);
    if (this.#closed) throw new Error(`${this.name} is closed`);
    if (data !== this.#unsure) this.#sent++;
    this.#unsure = data;
    // The same message again has the same key: it is heard once, whether or not it had arrived.
    const head = `"channel":"${this.name}","idempotency_key":"${this.name}/${this.#sent}"`;
    await call(this.#api, [`{"publish":{${head},"data":${data}}}`], REPLAY_NAMESPACE);
    this.#unsure = undefined;
    await this.#pace.after(bytes);
  }

  get listeners(): number {
    return this.#listeners;
  }

  onListeners(changed: (listeners: number) => void): void {
    this.#changed = changed;
  }

  /** What the server counted. */
  counted(listeners: number): void {
    if (listeners === this.#listeners) return;
    this.#listeners = listeners;
    this.#changed(listeners);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#pace.stop();
    const commands: Command[] = [
      // Viewers are anonymous: all of them are the user without a name.
      `{"unsubscribe":{"user":"","channel":"${this.name}"}}`,
      `{"history_remove":{"channel":"${this.name}"}}`,
    ];
    // Where the server is away, its viewers are too, and what it keeps goes with time.
    await call(this.#api, commands, REPLAY_NAMESPACE).catch(() => {});
    this.counted(0);
  }
}
