export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

// One address, and nothing in it by which a line or a list could go on.
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,255}$/u;
const NAMED = /^([^<>"\p{C}]*)<([^<>]*)>$/u;

/** Reads `desk@example.com` or `Desk <desk@example.com>`; `undefined`: it is not one address. */
export function mailAddress(text: string): MailAddress | undefined {
  const [, name = '', inside] = NAMED.exec(text.trim()) ?? [];
  const address = (inside ?? text).trim();
  return ADDRESS.test(address) ? { name: name.trim(), address } : undefined;
}
