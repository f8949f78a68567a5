import { createTransport } from 'nodemailer';
import { mailAddress } from './mail-address.ts';
import { mailMessage } from './mail-message.ts';
import { DELIVERED, type Outcome, type Sender } from './sender.ts';

export interface EmailOptions {
  /** `smtp://user:password@host:port`; `undefined`: there is none. */
  readonly url: string | undefined;
  /** An address as `mailAddress` reads it. */
  readonly from: string;
  readonly everyMs: number;
  /** For a whole mail. */
  readonly timeoutMs: number;
}

/** More would be a mail that nobody reads; the rest goes in the next one. */
const MOST_IN_A_MAIL = 100;

/** Sends what waits for a receiver in one mail. */
export function createEmailSender({ url, from, everyMs, timeoutMs }: EmailOptions): Sender {
  const sender = mailAddress(from);
  if (sender === undefined) throw new Error(`"${from}" is not an address`);
  const domain = sender.address.slice(sender.address.indexOf('@') + 1);
  const transport =
    url === undefined
      ? undefined
      : createTransport({ url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs });
  return {
    together: MOST_IN_A_MAIL,
    atOnce: 1,
    everyMs,
    longestMs: timeoutMs,
    async send({ target }, firings, signal): Promise<Outcome> {
      if (transport === undefined) return { kind: 'unwell', error: 'no mail can be sent: SMTP_URL is not set' };
      const to = mailAddress(target);
      if (to === undefined) return { kind: 'unwell', error: 'the address of this receiver is not one address' };
      const late = AbortSignal.timeout(timeoutMs);
      try {
        await transport.sendMail({
          from: sender,
          to: [to],
          ...mailMessage(firings, domain),
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.any([signal, late]),
        });
        return DELIVERED;
      } catch (error) {
        const reason = late.aborted ? `it did not take the mail within ${timeoutMs / 1000} s` : failure(error);
        return { kind: 'unwell', error: `the mail server: ${reason}` };
      }
    },
  };
}

/** Without what a server said: it may repeat what it was told, a password too. */
function failure(error: unknown): string {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  if (typeof responseCode === 'number') return `it answered ${responseCode} (${String(code)})`;
  return `it can't be reached (${String(code)})`;
}
