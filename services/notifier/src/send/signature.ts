import { createHmac } from 'node:crypto';

/**
 * The headers by which a receiver knows that a body came from here, and when: HMAC-SHA-256 of `timestamp.body`.
 * @param seconds since 1970, of this try
 */
export function signatureHeaders(secret: string, body: string, seconds: number): Readonly<Record<string, string>> {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { 'X-Tickwatch-Timestamp': String(seconds), 'X-Tickwatch-Signature': `v1=${hex}` };
}
