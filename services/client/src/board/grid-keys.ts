/** Which row a key leads to; undefined: the key is for something else. `position` -1: no row is active yet. */
export function targetOf(key: string, position: number, length: number, page: number): number | undefined {
  if (length === 0) return undefined;
  const clamp = (value: number): number => Math.min(length - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowDown':
      return clamp(position + 1);
    case 'ArrowUp':
      return clamp(position - 1);
    case 'PageDown':
      return clamp(position + page);
    case 'PageUp':
      return clamp(position - page);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
