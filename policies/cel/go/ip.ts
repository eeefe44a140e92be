import { Opaque } from '../value.ts';
import { formatAddress, parseAddress } from './address.ts';
import { type Failure, failure, quoted } from './failure.ts';

/** An IP address of version 4 or 6, as `ip()` reads it. */
export class Ip extends Opaque {
  readonly #family: 4 | 6;
  readonly #bits: bigint;

  /** The bits of the address: 32 of them for version 4, 128 for version 6. */
  constructor(family: 4 | 6, bits: bigint) {
    super();
    this.#family = family;
    this.#bits = bits;
  }

  get typeName(): string {
    return 'net.IP';
  }

  equals(other: Opaque): boolean {
    return other instanceof Ip && other.#family === this.#family && other.#bits === this.#bits;
  }

  /** The canonical text (RFC 5952). */
  toString(): string {
    return formatAddress(this.#family, this.#bits);
  }

  override get costSize(): number {
    return this.#family === 4 ? 4 : 16;
  }

  /** 4 or 6. */
  get family(): 4 | 6 {
    return this.#family;
  }

  get bits(): bigint {
    return this.#bits;
  }

  isUnspecified(): boolean {
    return this.#bits === 0n;
  }

  isLoopback(): boolean {
    return this.#family === 4 ? this.#bits >> 24n === 127n : this.#bits === 1n;
  }

  isLinkLocalMulticast(): boolean {
    if (this.#family === 4) return this.#bits >> 8n === 0xe00000n;
    return ((this.#bits >> 112n) & 0xff0fn) === 0xff02n;
  }

  isLinkLocalUnicast(): boolean {
    return this.#family === 4 ? this.#bits >> 16n === 0xa9fen : this.#bits >> 118n === 0x3fan;
  }

  /** Neither unspecified, loopback, multicast, link-local nor the broadcast of version 4; private addresses are global here. */
  isGlobalUnicast(): boolean {
    const multicast = this.#family === 4 ? this.#bits >> 28n === 0xen : this.#bits >> 120n === 0xffn;
    const broadcast = this.#family === 4 && this.#bits === 0xffffffffn;
    return !(multicast || broadcast || this.isUnspecified() || this.isLoopback() || this.isLinkLocalUnicast());
  }
}

/** `ip(string)`: neither zones, nor version 4 inside version 6, nor leading zeros in version 4 (net/netip, as Kubernetes restricts it). */
export const parseIp = (text: string): Ip | Failure => {
  const address = parseAddress(text);
  if (typeof address === 'string')
    return failure(`IP Address ${quoted(text)} parse error during conversion from string: ${address}`);
  if (address.zone !== '') return failure(`IP address ${quoted(text)} with zone value is not allowed`);
  if (isMapped(address)) return failure(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  return new Ip(address.family, address.bits);
};

/** `ip.isCanonical(string)`: whether an address is written as Kubernetes would write it. */
export const isCanonicalIp = (text: string): boolean | Failure => {
  const ip = parseIp(text);
  return ip instanceof Ip ? ip.toString() === text : ip;
};

/** Whether an address of version 6 is one of version 4 in ::ffff:0:0/96. */
export const isMapped = (address: { readonly family: 4 | 6; readonly bits: bigint }): boolean =>
  address.family === 6 && address.bits >> 32n === 0xffffn;
