import { BlockList, isIP } from 'node:net';

/** Networks that no webhook may reach unless the configuration says so; see the special-purpose registries of IANA. */
const notPublic: readonly (readonly [network: string, prefix: number, why: string])[] = [
  ['0.0.0.0', 8, 'this host'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT, and metadata of some clouds'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'the host of virtual machines in Azure'],
  ['169.254.0.0', 16, 'link-local, and metadata of most clouds'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'AS112'],
  ['192.52.193.0', 24, 'multicast tunnels'],
  ['192.88.99.0', 24, 'relays of 6to4'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'AS112'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, and broadcast'],
  ['2001::', 23, 'protocol assignments, Teredo among them'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4, which carries any IPv4 address'],
  ['2620:4f:8000::', 48, 'AS112'],
  ['3fff::', 20, 'documentation'],
];

/** All of IPv6 that is routed in public; loopback, private, link-local, multicast and mapped IPv4 are outside. */
const publicIpv6: readonly [network: string, prefix: number] = ['2000::', 3];

/** Which addresses may be connected to. */
export class AddressGuard {
  readonly #refused = new BlockList();
  readonly #public = new BlockList();
  readonly #allowed = new BlockList();

  /**
   * @param allowed networks such as `10.1.0.0/16` or `::1/128` that may be reached all the same.
   * @throws TypeError for what is no network.
   */
  constructor(allowed: readonly string[]) {
    for (const [network, prefix] of notPublic) this.#refused.addSubnet(network, prefix, readFamily(network));
    this.#public.addSubnet(...publicIpv6, 'ipv6');
    for (const text of allowed) {
      const network = parseNetwork(text);
      if (network === undefined) throw new TypeError(`${text} is no network`);
      this.#allowed.addSubnet(network.address, network.prefix, readFamily(network.address));
    }
  }

  /** @param address without a port or brackets; what is no address is refused too. */
  refuses(address: string): boolean {
    // A zone names an interface of this machine.
    if (isIP(address) === 0 || address.includes('%')) return true;
    const family = readFamily(address);
    if (this.#allowed.check(address, family)) return false;
    return this.#refused.check(address, family) || (family === 'ipv6' && !this.#public.check(address, family));
  }
}

function readFamily(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function parseNetwork(text: string): { readonly address: string; readonly prefix: number } | undefined {
  const [, address = '', digits = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const prefix = Number(digits);
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return bits === undefined || prefix > bits ? undefined : { address, prefix };
}

/** The host of a URL as an address, if it is one; undefined for a name. */
export function addressIn({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}
