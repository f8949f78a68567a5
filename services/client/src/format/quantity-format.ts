import type { numberTexts } from './number-format.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** How sizes and durations are written in the language of some numbers. */
export function quantityTexts({
  countText,
  fixedText,
}: Pick<ReturnType<typeof numberTexts>, 'countText' | 'fixedText'>) {
  return {
    /** `640 B`, `3.2 MB`. */
    bytesText: (bytes: number): string => {
      const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
      const value = bytes / 1000 ** step;
      return `${step === 0 ? countText(value) : fixedText(value, value < 10 ? 1 : 0)} ${UNITS[step]}`;
    },

    /** `4.2 ms`, `1.30 s`. */
    latencyText: (seconds: number): string =>
      seconds < 1 ? `${fixedText(seconds * 1000, seconds < 0.01 ? 1 : 0)} ms` : `${fixedText(seconds, 2)} s`,
  };
}
