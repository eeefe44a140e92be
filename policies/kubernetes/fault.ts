import { clip, quoted } from '../report/printable.ts';

/**
 * Why a patch cannot be made. A class, because whether something is a fault is asked with `instanceof`: an object that is patched may itself say
 * `kind: fault`.
 */
export class PatchFault {
  readonly kind = 'fault';
  /** One clause for a person; what comes from outside is quoted. */
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}

/** Text from outside as it may stand in a detail, cut where it is long. */
export const quote = (text: string): string => quoted(clip(text, 200));
