/** Ports below it are for services of another kind, but for these. */
export const FIRST_FREE_PORT = 1024;
const WEB_PORTS: readonly number[] = [80, 443];

/** Whether receivers of alerts may be at a port. @param port as `URL` has it: '' is that of the protocol */
export function isReceiverPort(port: string): boolean {
  return port === '' || Number(port) >= FIRST_FREE_PORT || WEB_PORTS.includes(Number(port));
}

const MAIL_ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,255}$/u;

/** One address without a name before it, and nothing in it by which a line or a list could go on. */
export function isMailAddress(text: string): boolean {
  return MAIL_ADDRESS.test(text);
}
