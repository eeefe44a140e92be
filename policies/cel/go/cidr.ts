import { Opaque } from '../value.ts';
import { parseAddress } from './address.ts';
import { type Failure, failure, quoted } from './failure.ts';
import { Ip, isMapped } from './ip.ts';

/** An IP address with the length of its network's prefix, as `cidr()` reads it. */
export class Cidr extends Opaque {
  readonly #ip: Ip;
  readonly #length: number;

  constructor(ip: Ip, length: number) {
    super();
    this.#ip = ip;
    this.#length = length;
  }

  get typeName(): string {
    return 'net.CIDR';
  }

  /** By address and length, not by network: `10.0.0.1/8` is not `10.0.0.0/8`. */
  equals(other: Opaque): boolean {
    return other instanceof Cidr && other.#length === this.#length && other.#ip.equals(this.#ip);
  }

  toString(): string {
    return `${this.#ip.toString()}/${this.#length}`;
  }

  override get costSize(): number {
    return Math.ceil(this.#length / 8);
  }

  /** The address as it was written, host bits included. */
  get ip(): Ip {
    return this.#ip;
  }

  get prefixLength(): number {
    return this.#length;
  }

  /** The same network with its host bits zero. */
  masked(): Cidr {
    const host = this.#hostBits(this.#length);
    return new Cidr(new Ip(this.#ip.family, (this.#ip.bits >> host) << host), this.#length);
  }

  containsIp(ip: Ip): boolean {
    const host = this.#hostBits(this.#length);
    return ip.family === this.#ip.family && ip.bits >> host === this.#ip.bits >> host;
  }

  /** Whether the whole of another network lies in this one. */
  containsCidr(other: Cidr): boolean {
    return this.#length <= other.#length && this.containsIp(other.#ip);
  }

  #hostBits(length: number): bigint {
    return BigInt((this.#ip.family === 4 ? 32 : 128) - length);
  }
}

/** `cidr(string)`: an address without a zone, a slash, a decimal length without leading zeros (net/netip, as Kubernetes restricts it). */
export const parseCidr = (text: string): Cidr | Failure => {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return refused(text, "no '/'");
  const address = parseAddress(text.slice(0, slash));
  if (typeof address === 'string') return refused(text, address);
  if (address.zone !== '') return refused(text, 'IPv6 zones cannot be present in a prefix');
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return refused(text, `bad bits after slash: ${quoted(length)}`);
  if (Number(length) > (address.family === 4 ? 32 : 128)) return refused(text, 'prefix length out of range');
  if (isMapped(address)) return failure(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  return new Cidr(new Ip(address.family, address.bits), Number(length));
};

const refused = (text: string, reason: string): Failure =>
  failure(`network address parse error during conversion from string: ${quoted(text)}: ${reason}`);
