type Level = 'info' | 'fatal';

/** A line of the log as the logger writes it, for the time before that is loaded. */
export function logLine(level: Level, fields: Readonly<Record<string, unknown>>, message: string): string {
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ level, timestamp, service: 'tickwatch', ...fields, message })}\n`;
}
