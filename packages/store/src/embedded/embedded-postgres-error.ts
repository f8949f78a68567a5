/** The embedded PostgreSQL can't be started. The message is one sentence that names the file and says what to do. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES';
  override readonly name = 'EmbeddedPostgresError';
}
