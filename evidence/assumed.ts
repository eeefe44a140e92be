import type { EntityFormat } from './attestation/entity.ts';
import type { VerifiedLogEntry } from './attestation/log-entry.ts';
import type { Signer } from './attestation/signer.ts';
import type { Statement } from './attestation/statement.ts';
import type { VerifiedTimestamp } from './attestation/timestamp.ts';
import type { Digest } from './image/digest.ts';

/** What a case says that somebody signed. */
export interface Assumption {
  readonly statement: Statement;
  /** The digest that it is about. */
  readonly subject: Digest;
  readonly signer: Signer;
  /** What logs would have seen. */
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
  readonly entity: Digest;
  readonly format: EntityFormat;
  /** The trust material under which it would be proven. */
  readonly material: Digest;
}

/** Something signed that nobody has signed: the author of a policy wants to see what the policy would say. It is no evidence, and no {@link Verified}. */
export type Assumed = AssumedStatement;

class AssumedStatement implements Assumption {
  readonly kind = 'assumed';
  readonly statement: Statement;
  readonly subject: Digest;
  readonly signer: Signer;
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
  readonly entity: Digest;
  readonly format: EntityFormat;
  readonly material: Digest;
  readonly #brand = true;

  constructor(assumption: Assumption) {
    this.statement = assumption.statement;
    this.subject = assumption.subject;
    this.signer = assumption.signer;
    this.logEntries = assumption.logEntries;
    this.timestamps = assumption.timestamps;
    this.entity = assumption.entity;
    this.format = assumption.format;
    this.material = assumption.material;
    Object.freeze(this);
  }

  static made(value: unknown): value is AssumedStatement {
    return typeof value === 'object' && value !== null && #brand in value && value.#brand;
  }
}

/** For the cases of policies alone; test/architecture.test.ts holds everything else away. */
export const assume = (assumption: Assumption): Assumed => new AssumedStatement(assumption);
