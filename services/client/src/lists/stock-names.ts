/** As long as the API takes them. */
const MAX_NAME_LENGTH = 255;

/** The names of stocks in what storage or a link holds, in order, each once; what can't be one is left out. */
export function stockNames(saved: unknown): readonly string[] {
  if (!Array.isArray(saved)) return [];
  return [...new Set(saved.filter(isStockName))];
}

function isStockName(name: unknown): name is string {
  return typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME_LENGTH && !name.includes('\0');
}
