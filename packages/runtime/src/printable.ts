/** A text for a terminal: what it would obey instead of show (escapes, control and bidi characters) is written as \xNN. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}
