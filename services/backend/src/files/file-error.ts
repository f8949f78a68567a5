/** A file can't be read as it is asked; the message says what was seen, and what would be right. */
export class FileError extends Error {
  readonly code = 'FILE';
  override readonly name = 'FileError';
}

/** A text of a file in a message: quoted, and not all of it. */
export function quoted(text: string, most = 60): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}
