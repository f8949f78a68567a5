/** A file can't be read as it is asked; the message says what was seen, and what would be right. */
export class FileError extends Error {
  readonly code: string = 'FILE';
  override readonly name: string = 'FileError';
}

/** Some of the file's text is stored in another way already: a person has to decide what is meant. Nothing is stored. */
export class KnownTextError extends FileError {
  override readonly code = 'KNOWN_TEXT';
  override readonly name = 'KnownTextError';
}

/** A text of a file in a message: quoted, and not all of it. */
export function quoted(text: string, most = 60): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}
