import { type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { silentText } from './sentences.ts';
import { ARMED } from './subject.ts';
import { type Elapsed, TimedWatch } from './timed-watch.ts';

const SILENT = 'silent';

/**
 * `silent`. It fires, for stocks of which there ever was a tick, as soon as for so many seconds none was received, also no late
 * one, while the exchange was open, listened to without a break, and the rule watched. It is armed again when one was received since.
 */
export class SilentWatch extends TimedWatch {
  look(): void {
    this.watchNothing();
  }

  pass({ moment, seq, heardAt, lastSeq, changes }: Elapsed): void {
    const heard: number = heardAt ?? Number.NEGATIVE_INFINITY;
    const { condition, begins } = this.watched.rule;
    const { now, openSince, listeningSince } = moment;
    if (condition.type !== 'silent' || now < begins || this.isDone) return;
    const micros = condition.seconds * MICROS_PER_SECOND;
    const occasion = { seq, receivedAt: now, tickSeq: undefined, price: undefined };
    if (this.phase === SILENT) {
      if (heard > now - micros) this.become(ARMED, { ...occasion, time: now }, undefined, changes);
      return;
    }
    if (openSince === undefined || listeningSince === undefined) return;
    const since: number = Math.max(heard, openSince, listeningSince, begins);
    if (now - since < micros) return;
    const time = (since + micros) as EpochMicros;
    const text = silentText(this.stock, condition.seconds);
    // Between two silences there may be nothing but a late tick, and the newest one stays the same.
    const key = this.firedAt === undefined ? lastSeq : `${lastSeq} ${this.firedAt}`;
    this.become(SILENT, { ...occasion, time }, { kind: SILENT, key, text }, changes);
  }
}
