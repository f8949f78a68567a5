/** `UTC`, `UTC−5`, `UTC+5:30`: how far a clock is ahead of UTC, in seconds. */
export function offsetName(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
