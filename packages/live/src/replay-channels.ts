/** Where replays are heard: channels beside those of the exchanges, each made for one replay and gone with it. */
export interface ReplayChannels extends AsyncDisposable {
  /** Makes the channel `replay:<id>`; whoever knows its name may listen, nobody but this process may publish. */
  open(id: string): ReplayChannel;
}

export interface ReplayChannel extends AsyncDisposable {
  /** `replay:<id>`. */
  readonly name: string;
  /**
   * Publishes the JSON text of a message. Resolves when the next one may come: as far as the server tells, whoever listens
   * slowest has read on. One call at a time.
   * @throws Error the server is away or refuses; nothing was published
   */
  publish(data: string): Promise<void>;
  /** How many listen, as far as it is known now. */
  readonly listeners: number;
  /** Called whenever that number changes; one listener at a time. */
  onListeners(changed: (listeners: number) => void): void;
}
