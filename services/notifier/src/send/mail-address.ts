import { isMailAddress } from '@tickwatch/core';

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

const NAMED = /^([^<>"\p{C}]*)<([^<>]*)>$/u;

/** Reads `desk@example.com` or `Desk <desk@example.com>`; `undefined`: it is not one address. */
export function mailAddress(text: string): MailAddress | undefined {
  const [, name = '', inside] = NAMED.exec(text.trim()) ?? [];
  const address = (inside ?? text).trim();
  return isMailAddress(address) ? { name: name.trim(), address } : undefined;
}
