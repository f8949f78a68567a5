const STOCK_NAME = /"stock_name"\s*:\s*("(?:[^"\\]|\\.)*")/;

/** The stock of a message's first tick; a message that is no tick goes with any. */
export function stockOf(message: string): string {
  if (/^\s*[[{]/.test(message)) return parseText(STOCK_NAME.exec(message)?.[1] ?? '""');
  const [line = ''] = message.trimStart().split('\n', 1);
  return line.slice(0, line.lastIndexOf(':')).trim();
}

function parseText(json: string): string {
  try {
    return JSON.parse(json);
  } catch {
    return '';
  }
}
