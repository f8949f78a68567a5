import type { Logger } from '@tickwatch/runtime';
import { keptToken } from './kept-token.ts';

/** Says a line to a person alone, and never to a file or a log. @returns false: no person sits there */
export type Say = (name: string, text: string) => boolean;

export interface AdminAccess {
  readonly token: string;
  /** Tells how to become the administrator, once there is an address. */
  tell(address: string, say: Say, log: Logger): void;
}

/**
 * The administrator's token: as it is set, or as it is kept in the data folder.
 * @param given ADMIN_TOKEN
 */
export async function openAdmin(given: string | undefined, dataDir: string): Promise<AdminAccess> {
  if (given !== undefined) return { token: given, tell: () => {} };
  const { token, file, made } = await keptToken(dataDir);
  return {
    token,
    tell: (address, say, log) => {
      // Once: whoever lost the link finds the token in the file. A log gets to know no more than where it is.
      const isTold = made && say('admin', `${adminLink(address, token)}   (for you alone, told once)`);
      const text = `the administrator's token is in ${file}`;
      if (!isTold) log.info({ event: 'admin_token', file }, text);
    },
  };
}

/** In the fragment, which no browser sends to a server. */
export function adminLink(address: string, token: string): string {
  return `${address}/system#admin=${encodeURIComponent(token)}`;
}
