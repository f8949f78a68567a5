import { nowMicros } from '@tickwatch/core';
import { SECOND, SecondTemplate } from './second-template.ts';
import { EXCHANGES, exchangeOfTick, messageOfTick, microsOfTick, publishCommand } from './tick-text.ts';

/** PUBLISH commands of the load's messages `from` up to `from + count`, of this moment, to be sent at once. */
export type Commands = (from: number, count: number) => string | Buffer;

/** A tick a message, each with the time at which it's written. */
export function singleTicks(stocks: number): Commands {
  return (from, count) => {
    const time = nowMicros();
    let text = '';
    for (let i = from; i < from + count; i++) {
      const micros = time + (i - from);
      const stamp = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
      text += publishCommand(exchangeOfTick(i, stocks), messageOfTick(i, stocks, stamp));
    }
    return text;
  };
}

/** Several ticks of an exchange a message, one a line, written in advance. @param rate ticks a second */
export function lineMessages(stocks: number, ticksPerMessage: number, rate: number): Commands {
  const perSecond = Math.ceil(rate / ticksPerMessage);
  const template = new SecondTemplate(
    Array.from({ length: perSecond }, (_, m) => {
      const lines = Array.from({ length: ticksPerMessage }, (_, line) => {
        // Stocks of even numbers are NASDAQ's, of odd numbers NYSE's.
        const i = (m * ticksPerMessage + line) * 2 + (m % 2);
        return messageOfTick(i, stocks, `${SECOND}.${microsOfTick(m * ticksPerMessage + line, rate)}`);
      });
      return publishCommand(EXCHANGES[m % 2] as string, lines.join('\n'));
    }),
  );
  const firstSecond = Math.floor(nowMicros() / 1e6);
  return (from, count) => {
    const parts: Buffer[] = [];
    for (let at = from; at < from + count; ) {
      const start = at % perSecond;
      const end = Math.min(perSecond, start + from + count - at);
      parts.push(template.slice(start, end, firstSecond + Math.floor(at / perSecond)));
      at += end - start;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  };
}
