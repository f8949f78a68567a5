/** The load's ticks: every publisher of the bench sends the same ones, each in its own form. */
export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;

export function exchangeOfTick(i: number, stocks: number): string {
  return EXCHANGES[(i % stocks) % 2] as string;
}

export function stockOfTick(i: number, stocks: number): string {
  return `S${i % stocks}`;
}

export function priceOfTick(i: number): string {
  return `${100 + (i % 97)}.${10 + (i % 90)}`;
}

/** The usual message. @param stamp epoch seconds with six decimals */
export function messageOfTick(i: number, stocks: number, stamp: string): string {
  return `${stockOfTick(i, stocks)}:(${priceOfTick(i)}, ${stamp})`;
}

/** Six digits: a tick's µs within its second, where `perSecond` are spread evenly. */
export function microsOfTick(i: number, perSecond: number): string {
  return String(Math.floor(((i % perSecond) * 1e6) / perSecond)).padStart(6, '0');
}

export function publishCommand(channel: string, message: string): string {
  return `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${message.length}\r\n${message}\r\n`;
}
