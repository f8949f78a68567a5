import { LOCALE } from './locale.ts';
import { numberTexts } from './number-format.ts';

export { fractionDigits } from './number-format.ts';

/** Numbers as the browser's language writes them. */
export const { decimalMark, priceText, decimalText, signedText, countText, fixedText, percentText, shortCount } =
  numberTexts(LOCALE);
