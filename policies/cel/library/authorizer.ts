import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import type { Unknown } from '../unknown.ts';
import { Opaque } from '../value.ts';

/** What an authorization check asks. A path, or a resource of a group. */
export interface AuthorizationQuestion {
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly verb: string;
}

/** What an authorization check answered. */
export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  /** What went wrong, undefined where nothing did. */
  readonly error: string | undefined;
}

/** Answers a question from what is known, or says what must be known first. */
export type Authorize = (question: AuthorizationQuestion) => AuthorizationAnswer | Unknown;

type Part = Omit<AuthorizationQuestion, 'verb'>;

/** A question under construction: the `authorizer` variable and what its methods answer. */
export class AuthorizerCheck extends Opaque {
  readonly #typeName: string;
  readonly #authorize: Authorize;
  readonly #part: Part;

  constructor(typeName: CheckType, authorize: Authorize, part: Part = {}) {
    super();
    this.#typeName = typeName;
    this.#authorize = authorize;
    this.#part = part;
  }

  get typeName(): string {
    return this.#typeName;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }

  toString(): string {
    return this.#typeName;
  }

  with(typeName: CheckType, part: Part): AuthorizerCheck {
    return new AuthorizerCheck(typeName, this.#authorize, { ...this.#part, ...part });
  }

  check(verb: string): AuthorizerDecision | Unknown {
    const answer = this.#authorize({ ...this.#part, verb });
    return 'allowed' in answer ? new AuthorizerDecision(answer) : answer;
  }
}

/** An answer, as an expression reads it. */
export class AuthorizerDecision extends Opaque {
  readonly #answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.#answer = answer;
  }

  get typeName(): string {
    return decision;
  }

  get answer(): AuthorizationAnswer {
    return this.#answer;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }

  toString(): string {
    return this.#answer.allowed ? 'allowed' : 'denied';
  }
}

export type CheckType = typeof authorizer | typeof pathCheck | typeof groupCheck | typeof resourceCheck;

/** The type of the `authorizer` variable. */
export const authorizer = 'kubernetes.authorization.Authorizer';
const pathCheck = 'kubernetes.authorization.PathCheck';
const groupCheck = 'kubernetes.authorization.GroupCheck';
const resourceCheck = 'kubernetes.authorization.ResourceCheck';
const decision = 'kubernetes.authorization.Decision';

/** A check costs so much that an expression can make two. */
const checking: OverloadOptions = { cost: () => 350_000, costByName: true };

const refine = (name: string, summary: string, since?: number): FunctionDeclaration => ({
  name,
  summary,
  examples: [],
  ...(since === undefined ? {} : { since }),
  overloads: [
    overload(
      `resourcecheck_${name}`,
      `${resourceCheck}.(string) -> ${resourceCheck}`,
      (check: AuthorizerCheck, value: string) => check.with(resourceCheck, { [name]: value }),
    ),
  ],
});

const read = (
  name: string,
  summary: string,
  result: string,
  get: (answer: AuthorizationAnswer) => boolean | string,
): FunctionDeclaration => ({
  name,
  summary,
  examples: [],
  overloads: [
    overload(`decision_${name}`, `${decision}.() -> ${result}`, ({ answer }: AuthorizerDecision) => get(answer)),
  ],
});

/** Questions to the cluster's authorization; what is not answered yet is unknown. */
export const authorizerLibrary: Library = {
  name: 'authorizer',
  functions: [
    {
      name: 'serviceAccount',
      summary: 'The authorizer for a service account, by namespace and name.',
      examples: [],
      overloads: [
        overload(
          'authorizer_serviceaccount',
          `${authorizer}.(string, string) -> ${authorizer}`,
          (check: AuthorizerCheck, namespace: string, name: string) =>
            check.with(authorizer, { serviceAccount: { namespace, name } }),
        ),
      ],
    },
    {
      name: 'path',
      summary: 'A check of a path that is no resource.',
      examples: [],
      overloads: [
        overload('authorizer_path', `${authorizer}.(string) -> ${pathCheck}`, (check: AuthorizerCheck, path: string) =>
          check.with(pathCheck, { path }),
        ),
      ],
    },
    {
      name: 'group',
      summary: 'A check of resources of an API group.',
      examples: [],
      overloads: [
        overload(
          'authorizer_group',
          `${authorizer}.(string) -> ${groupCheck}`,
          (check: AuthorizerCheck, group: string) => check.with(groupCheck, { group }),
        ),
      ],
    },
    {
      name: 'resource',
      summary: 'A check of one kind of resource.',
      examples: [],
      overloads: [
        overload(
          'groupcheck_resource',
          `${groupCheck}.(string) -> ${resourceCheck}`,
          (check: AuthorizerCheck, resource: string) => check.with(resourceCheck, { resource }),
        ),
      ],
    },
    refine('subresource', 'The check for a subresource.'),
    refine('namespace', 'The check in a namespace.'),
    refine('name', 'The check for one object.'),
    refine('fieldSelector', 'The check for objects that a field selector selects.', 31),
    refine('labelSelector', 'The check for objects that a label selector selects.', 31),
    {
      name: 'check',
      summary: 'The answer to the question whether a verb is allowed.',
      examples: [],
      overloads: [
        overload(
          'pathcheck_check',
          `${pathCheck}.(string) -> ${decision}`,
          (check: AuthorizerCheck, verb: string) => check.check(verb),
          checking,
        ),
        overload(
          'resourcecheck_check',
          `${resourceCheck}.(string) -> ${decision}`,
          (check: AuthorizerCheck, verb: string) => check.check(verb),
          checking,
        ),
      ],
    },
    read('allowed', 'Whether it is allowed.', 'bool', ({ allowed }) => allowed),
    read('reason', 'Why it is or is not.', 'string', ({ reason }) => reason),
    read('errored', 'Whether the question could not be answered.', 'bool', ({ error }) => error !== undefined),
    read('error', 'What went wrong, the empty string where nothing did.', 'string', ({ error }) => error ?? ''),
  ],
};
