import { isIP } from 'node:net';
import { FIRST_FREE_PORT, isReceiverPort } from '@tickwatch/core';
import { type PrivateTargets, plainHost } from './private-targets.ts';
import { TargetError } from './target-error.ts';

/**
 * The URL of a receiver, where something may be sent to it as far as the text tells; its host is looked up when it is
 * connected to.
 * @throws TargetError
 */
export function targetUrl(text: string, targets: PrivateTargets): URL {
  // A URL that does not parse may hold a secret as well: it is not shown.
  if (!URL.canParse(text)) throw new TargetError('the url of this receiver is not a URL');
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol))
    throw new TargetError(`${url.protocol} is no way to send it; use https: or http:`);
  if (url.username !== '' || url.password !== '')
    throw new TargetError(`the url at ${url.origin} holds a user or password; put a token into its path instead`);
  if (!isReceiverPort(url.port))
    throw new TargetError(`port ${url.port} is not for the web; 80, 443 and those from ${FIRST_FREE_PORT} on are`);
  // An address is not looked up.
  const host = plainHost(url.hostname);
  if (isIP(host) !== 0 && !targets.allows(host))
    throw new TargetError(`${host} is not a public address of another machine; ALERT_PRIVATE_TARGETS can allow it`);
  return url;
}
