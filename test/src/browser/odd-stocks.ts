import type { EpochMicros } from '@tickwatch/core';
import type { House } from './house.ts';

/** Stocks whose names and prices are as long, as large, as small and as strange as they can come. */
export const ODD_STOCKS: Readonly<Record<string, string>> = {
  'THE-LONGEST-NAME-THERE-CAN-BE.XY': '123456789012.345',
  'BRK.B': '628500.00',
  '🚀MOON': '0.000000001234',
  LONGPRICE: '999999999999999',
};

/** Publishes a few ticks of each, up and down, on two exchanges. */
export async function publishOddStocks(house: House): Promise<void> {
  const now = Date.now() * 1000;
  for (const [index, [stock, price]] of Object.entries(ODD_STOCKS).entries()) {
    const prices = Array.from({ length: 60 }, (_, ago) => ({
      stock,
      price: ago % 3 === 0 ? price : price.replace(/\d$/, String(ago % 10)),
      time: (now - ago * 5e6) as EpochMicros,
    }));
    await house.publish(index % 2 === 0 ? 'NASDAQ' : 'NYSE', prices.reverse());
  }
}
