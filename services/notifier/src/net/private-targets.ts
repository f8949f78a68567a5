import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Where receivers may be although that is not on the public internet. */
export class PrivateTargets {
  readonly #networks: readonly Network[];
  readonly #hosts: ReadonlySet<string>;
  readonly #own: () => readonly string[];

  /**
   * @param entries addresses, networks (`10.0.0.0/8`) and names of hosts, as {@link isPrivateTarget} takes them
   * @param own addresses of this machine
   */
  constructor(entries: readonly string[], own = ownAddresses) {
    this.#own = own;
    const networks = entries.map(networkOf);
    this.#networks = networks.filter((network) => network !== undefined);
    this.#hosts = new Set(entries.filter((_, at) => networks[at] === undefined).map(plainHost));
  }

  /** A host that is named may be at any address. */
  hasHost(host: string): boolean {
    return this.#hosts.has(plainHost(host));
  }

  /** Whether something may be sent to an address: it is a public one of another machine, or one that is allowed. */
  allows(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const found = ipaddr.process(address);
    return (isPublic(found) && !this.#isOwn(found)) || this.#networks.some((network) => isWithin(found, network));
  }

  /** What comes from the machine itself passes by its firewall, also where its address is public. */
  #isOwn(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    const text = address.toString();
    return this.#own().some((own) => ipaddr.isValid(own) && ipaddr.process(own).toString() === text);
  }
}

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** Whether a text is an address, a network or the name of a host. */
export function isPrivateTarget(text: string): boolean {
  // What is nearly an address is none, and no name either.
  return networkOf(text) !== undefined || (HOST.test(text) && !/^[\d.]+$/.test(text));
}

function networkOf(text: string): Network | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  // Short and octal forms of addresses (`127.1`) are not taken: nobody reads them alike.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Without the dot at its end, and the brackets around an IPv6 address. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

/** There Azure tells a virtual machine of its settings, and whoever asks from it. */
const AZURE = '168.63.129.16';
/** IANA gives out addresses of IPv6 from this network alone. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');
/** Behind it NAT64 writes an address of IPv4. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (!isIPv6(address)) return address.range() === 'unicast' && address.toString() !== AZURE;
  if (address.match(NAT64)) return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(12)));
  return address.range() === 'unicast' && address.match(GIVEN_OUT);
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, network: Network): boolean {
  return address.kind() === network[0].kind() && address.match(network);
}

function isIPv6(address: ipaddr.IPv4 | ipaddr.IPv6): address is ipaddr.IPv6 {
  return address.kind() === 'ipv6';
}
