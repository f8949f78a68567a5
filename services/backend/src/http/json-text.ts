/** A number that is written with the digits it has. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

export type Decimals = 'number' | 'string';

/** How decimals are to be written: a function from digits to what {@link jsonText} writes. */
export function decimalWriter(decimals: Decimals | undefined): (digits: string) => ExactNumber | string {
  return decimals === 'string' ? (digits) => digits : (digits) => new ExactNumber(digits);
}

/** As `JSON.stringify`, but an {@link ExactNumber} keeps its digits. Plain data only. */
export function jsonText(value: unknown): string {
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
