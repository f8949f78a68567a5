/** A line, or three, that is computed over the closes of the candles shown. */
export type Study =
  | { readonly kind: 'sma' | 'ema'; readonly length: number }
  | { readonly kind: 'bb'; readonly length: number; readonly width: number };

export const STUDY_NAMES = { sma: 'SMA', ema: 'EMA', bb: 'Bollinger' } as const;
export const MOST_STUDIES = 6;
export const MAX_LENGTH = 500;
export const MAX_WIDTH = 10;
export const USUAL_WIDTH = 2;

/** A range that a study's numbers are taken from, and what is taken where nothing fits. */
export const LENGTH_RULE = `a whole number from 1 to ${MAX_LENGTH}`;
export const WIDTH_RULE = `a number from 0.1 to ${MAX_WIDTH}`;

export function isLength(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_LENGTH;
}

export function isWidth(value: number): boolean {
  return value >= 0.1 && value <= MAX_WIDTH;
}

/** `sma20`, `ema50`, `bb20x2`, as an address has it. */
export function studyText(study: Study): string {
  return study.kind === 'bb' ? `bb${study.length}x${study.width}` : `${study.kind}${study.length}`;
}

/** `SMA 20`, `Bollinger 20, 2`, as people read it. */
export function studyTitle(study: Study): string {
  return `${STUDY_NAMES[study.kind]} ${study.length}${study.kind === 'bb' ? `, ${study.width}` : ''}`;
}

export function parseStudy(text: string): Study | undefined {
  const [, kind, length, , width] = /^(sma|ema|bb)(\d{1,4})(x(\d{1,2}(?:\.\d{1,2})?))?$/.exec(text.trim()) ?? [];
  if (kind === undefined || !isLength(Number(length))) return undefined;
  if (kind === 'bb') {
    const wide = Number(width ?? USUAL_WIDTH);
    return isWidth(wide) ? { kind, length: Number(length), width: wide } : undefined;
  }
  return width === undefined ? { kind: kind as 'sma' | 'ema', length: Number(length) } : undefined;
}

/** Reads `sma20,ema50,bb20x2`. What is no study, is named twice or is one too many is left out, with a reason. */
export function parseStudies(text: string | null): {
  readonly studies: readonly Study[];
  readonly faults: readonly string[];
} {
  const studies: Study[] = [];
  const faults: string[] = [];
  for (const part of (text ?? '').split(',')) {
    if (part.trim() === '') continue;
    const study = parseStudy(part);
    if (study === undefined) {
      faults.push(`“${part}” is no study: write sma20, ema50 or bb20x2, with a length from 1 to ${MAX_LENGTH}`);
    } else if (!studies.some((other) => studyText(other) === studyText(study))) {
      if (studies.length < MOST_STUDIES) studies.push(study);
      else faults.push(`A chart shows ${MOST_STUDIES} studies at most: “${part}” is left out`);
    }
  }
  return { studies, faults };
}

/** undefined: none, which an address need not say. */
export function studiesText(studies: readonly Study[]): string | undefined {
  return studies.length === 0 ? undefined : studies.map(studyText).join(',');
}
