/** A file's name that says what is in it, without what file systems don't take: `AAPL 2026-11-22 14.05.00 to 14.20.00`. */
export function pictureName(stock: string, range: string): string {
  return `${stock} ${range}`
    .replaceAll(':', '.')
    .replaceAll(/[\\/*?"<>|\p{Cc}]/gu, '_')
    .slice(0, 150);
}
