import { countText, fixedText } from './number-text.ts';
import { quantityTexts } from './quantity-format.ts';

/** Sizes and durations as the browser's language writes them. Apart from the numbers, which every view needs. */
export const { bytesText, latencyText } = quantityTexts({ countText, fixedText });
