import { type Fate, type Outgoing, Publisher, type PublisherOptions } from '../faults/publisher.ts';
import type { EnginePublisher } from './log-engine.ts';

/** Publishes numbered ticks to whatever engine. */
export class EngineTicks extends Publisher {
  readonly #publisher: EnginePublisher;

  constructor(publisher: EnginePublisher, options: PublisherOptions) {
    super(options);
    this.#publisher = publisher;
  }

  protected get isReady(): boolean {
    return this.#publisher.isReady;
  }

  protected send(messages: readonly Outgoing[]): readonly Promise<Fate>[] {
    const answers = this.#publisher.publish(messages);
    return messages.map(async (_, i) => ((await answers)[i] === true ? 'taken' : 'unknown'));
  }

  protected async close(): Promise<void> {
    await this.#publisher[Symbol.asyncDispose]();
  }
}
