import type { DecimalText } from '@tickwatch/core';

/** `AAPL crossed 230 from below: 230.05`. */
export function crossedText(stock: string, direction: 'up' | 'down', level: DecimalText, price: DecimalText): string {
  return `${stock} crossed ${level} from ${direction === 'up' ? 'below' : 'above'}: ${price}`;
}
