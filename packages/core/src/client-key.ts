const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/;
const BRACKETED = /^\[([^\]]*)\](?::\d+)?$/;

/**
 * What a limit counts an address as. An IPv4 address counts alone, also where it is written as an IPv6 one
 * (`::ffff:192.0.2.1`). Of IPv6 the first 64 bits count, because whoever has one address has the whole /64:
 * `2001:db8:1:2::/64`. A port is left out. What is no address counts as it is written.
 */
export function clientKey(address: string): string {
  const bare = BRACKETED.exec(address)?.[1] ?? IPV4_WITH_PORT.exec(address)?.[1] ?? address;
  if (!bare.includes(':')) return bare;
  const groups = ipv6Groups(bare.split('%', 1)[0] ?? '');
  if (groups === undefined) return address;
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address, however it is written; the URL parser knows all the ways. */
function ipv6Groups(text: string): readonly number[] | undefined {
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
