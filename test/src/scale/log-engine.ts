/** A message, and the stock and the exchange that its ticks are of: an engine finds its lane by them. */
export interface EngineMessage {
  readonly exchange: string;
  readonly stock: string;
  readonly text: string;
}

/** Publishes as any publisher would, with the engine's own client and none of Tickwatch's code. */
export interface EnginePublisher extends AsyncDisposable {
  /** False: what would be published now would fail. */
  readonly isReady: boolean;
  /** Messages of one exchange and lane arrive in this order. @returns of each whether the engine said that it has it */
  publish(messages: readonly EngineMessage[]): Promise<readonly boolean[]>;
}

/** What can befall an engine; each ends with the engine whole again. What one does not know, it leaves out. */
export interface EngineFaults {
  /** Its process, or that of one node, ends by SIGKILL, and is started again. */
  killed(): Promise<void>;
  /** It is stopped in order and started again. */
  restarted(): Promise<void>;
  /** The node that leads the lanes' logs is lost, and another leads. */
  leaderLost?(): Promise<void>;
  /** Forgets the older half of what it holds of an exchange, as its retention would. @returns how many messages that were */
  overtaken?(exchange: string): Promise<number>;
}

/** A real log server, or a cluster of them, started from nothing on free ports. */
export interface LogEngine extends AsyncDisposable {
  /** As in the table. */
  readonly name: string;
  /** What leads subscribers and generators to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes what carries the lanes of these exchanges, where that does not come by itself. */
  prepare(exchanges: readonly string[], lanes: number): Promise<void>;
  publisher(): Promise<EnginePublisher>;
  readonly faults: EngineFaults;
  /**
   * More that can befall this engine alone (slots that move, a partition that is added): name → what is done to it, while ticks
   * are published and stored. @returns what was seen, for people
   */
  readonly ownFaults: ReadonlyMap<string, () => Promise<string>>;
}

export type OpenEngine = () => Promise<LogEngine>;
