/** A double holds so many digits of any decimal. */
const EXACT_DIGITS = 15;
/** Texts of JSON, also one without an end, so that they are passed over; and numbers. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * JSON in which numbers of more digits than a double holds are texts: whoever reads a decimal takes both, and no digit gets
 * lost in silence. The rest is as it was, also where it is no JSON.
 */
export function exactNumbers(json: string): string {
  return json.replace(TEXT_OR_NUMBER, (found) => {
    if (found.startsWith('"') || found.length <= EXACT_DIGITS) return found;
    const digits = found
      .replace(/[eE].*$/, '')
      .replace(/\D/g, '')
      .replace(/^0+/, '');
    return digits.length > EXACT_DIGITS ? `"${found}"` : found;
  });
}
