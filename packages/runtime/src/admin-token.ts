import type { EnvReader } from './env-reader.ts';

/** As many as nobody guesses, and few enough for a header. */
const FEWEST_CHARACTERS = 16;
const MOST_CHARACTERS = 512;
/** What a header carries as it is. */
const READABLE = /^[\x21-\x7e]*$/;

const RIGHT = `it needs ${FEWEST_CHARACTERS} to ${MOST_CHARACTERS} letters, digits or signs without spaces, such as \`openssl rand -base64 32\` writes`;

/**
 * What whoever changes something over HTTP has to show: ADMIN_TOKEN, or the file that ADMIN_TOKEN_FILE names. `undefined`:
 * not set. What is too short, or no header could carry, becomes a problem of `env`, which never holds the token.
 */
export function adminToken(env: EnvReader): string | undefined {
  const token = env.secret('ADMIN_TOKEN');
  const wrong = token === undefined ? undefined : tokenProblem(token);
  return wrong === undefined ? token : env.problem(`ADMIN_TOKEN ${wrong}`);
}

/** Why a text is no token; `undefined`: it is one. */
export function tokenProblem(token: string): string | undefined {
  if (token.length < FEWEST_CHARACTERS) return `has only ${token.length} characters; ${RIGHT}`;
  if (token.length > MOST_CHARACTERS) return `has ${token.length} characters; ${RIGHT}`;
  return READABLE.test(token) ? undefined : `holds a character that no header carries; ${RIGHT}`;
}
