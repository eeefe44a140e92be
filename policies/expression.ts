import {
  authorizerType,
  type CelType,
  compile,
  declareEnvironment,
  type Environment,
  type Extension,
  dyn,
  formatType,
  type Library,
  object,
  type ObjectType,
  string,
  type Program,
} from './cel/index.ts';
import { clusterLibrary, clusterType } from './cluster.ts';
import type { FieldPath } from './document.ts';
import { admissionTypes } from './kubernetes/admission-types.ts';
import type { Report } from './problem.ts';

/** How often an expression is evaluated: once for an object, for each PodSpec of it, or for each image that the policy governs. */
export type Scope = 'object' | 'pod' | 'image';

/** A compiled expression of a policy; what it reads decides its scope. */
export interface Expression {
  readonly text: string;
  readonly program: Program;
  readonly scope: Scope;
  /** The names in `image.attestations` that it reads; `*` where it may read any. */
  readonly attestations: readonly string[];
}

/** `variables.NAME` of a policy, computed when first read. */
export interface Variable {
  readonly name: string;
  /** `variables.NAME`. */
  readonly binding: string;
  readonly expression: Expression;
}

/** An expression that must be true for the policy to speak of an object. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: Expression;
}

/** What the expressions of a policy may name. */
export interface Dialect {
  /** Types of the variables by name; `object` and the like. */
  readonly variables: Readonly<Record<string, CelType>>;
  readonly libraries?: readonly Library[];
  readonly extensions?: readonly Extension[];
  /** Object types that the variables have. */
  readonly objects?: readonly ObjectType[];
  /** Object types that are made up as they are named. */
  readonly findObject?: (name: string) => ObjectType | undefined;
  readonly kubernetesMinor?: number;
  /** As the API server has it: an annotation's type is known before, and a message asks nobody what the user may. */
  readonly strict?: boolean;
}

const admission: Dialect['variables'] = {
  object: dyn,
  oldObject: dyn,
  request: dyn,
  namespaceObject: dyn,
  authorizer: object(authorizerType),
  'authorizer.requestResource': object('kubernetes.authorization.ResourceCheck'),
};

/** What policies on admission name. */
export const admissionDialect: Dialect = { variables: admission };

/** What ValidatingAdmissionPolicy and MutatingAdmissionPolicy name: there a field that no request or namespace has is a problem of the policy. */
export const kubernetesDialect: Dialect = {
  strict: true,
  objects: admissionTypes,
  variables: {
    ...admission,
    request: object('kubernetes.AdmissionRequest'),
    namespaceObject: object('kubernetes.Namespace'),
  },
};

/** The same, and what only Assay knows of. */
export const workloadDialect: Dialect = {
  extensions: ['own', 'patches'],
  libraries: [clusterLibrary],
  variables: {
    ...admission,
    image: dyn,
    images: dyn,
    pod: dyn,
    podPath: string,
    podMetadata: dyn,
    cluster: object(clusterType),
  },
};

/** The dialect in which `params` stands for a parameter object. */
export const withParameters = (dialect: Dialect): Dialect => ({
  ...dialect,
  variables: { ...dialect.variables, params: dyn },
});

/** Compiles the expressions of one policy: variables first, in their order, each of which later ones may read. */
export class ExpressionCompiler {
  readonly #dialect: Dialect;
  readonly #report: Report;
  readonly #variables: Variable[] = [];
  #environment: Environment | undefined;

  constructor(dialect: Dialect, report: Report) {
    this.#dialect = dialect;
    this.#report = report;
  }

  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** Adds `variables.NAME`; a problem is told, and the name stays unknown. */
  declare(name: string, expression: string, path: FieldPath): void {
    const compiled = this.compile(expression, path);
    if (compiled === undefined) return;
    this.#variables.push({ name, binding: `variables.${name}`, expression: compiled });
    this.#environment = undefined;
  }

  /** The expression, which must come to one of these types (any where none is named); undefined after telling the problem. */
  compile(expression: string, path: FieldPath, types: readonly string[] = []): Expression | undefined {
    this.#environment ??= environmentOf(this.#dialect, this.#variables);
    return this.#compileIn(this.#environment, expression, path, types);
  }

  /** The value of an annotation: a string, or null where there is none. */
  compileAnnotation(expression: string, path: FieldPath): Expression | undefined {
    return this.compile(expression, path, ['string', 'null_type', ...(this.#dialect.strict === true ? [] : ['dyn'])]);
  }

  /** A message, which is a string. */
  compileMessage(expression: string, path: FieldPath): Expression | undefined {
    if (this.#dialect.strict !== true) return this.compile(expression, path, ['string']);
    const { authorizer: _, 'authorizer.requestResource': __, ...variables } = this.#dialect.variables;
    return this.#compileIn(environmentOf({ ...this.#dialect, variables }, this.#variables), expression, path, [
      'string',
    ]);
  }

  /** The same where variables do not exist yet: match conditions are looked at before anything else. */
  compileCondition(expression: string, path: FieldPath): Expression | undefined {
    return this.#compileIn(environmentOf(this.#dialect, []), expression, path, ['bool']);
  }

  #compileIn(
    environment: Environment,
    expression: string,
    path: FieldPath,
    types: readonly string[],
  ): Expression | undefined {
    const program = compile(environment, expression);
    if ('phase' in program) {
      const { message, code, range } = program.error;
      const place = range === undefined ? '' : `, at characters ${range[0] + 1} to ${Math.max(range[0] + 1, range[1])}`;
      this.#report('EXPRESSION_WRONG', path, `${message} (${code}${place})`);
      return undefined;
    }
    const type = formatType(program.type);
    if (types.length > 0 && !types.includes(type)) {
      this.#report('EXPRESSION_WRONG', path, `the expression comes to ${type}; ${types.join(' or ')} is wanted here`);
      return undefined;
    }
    const scope = this.#scopeOf(program);
    return { text: expression, program, scope, attestations: scope === 'image' ? this.#attestationsOf(program) : [] };
  }

  #scopeOf(program: Program): Scope {
    let scope: Scope = 'object';
    for (const reference of program.checked.references.values()) {
      if (reference.kind === 'variable') scope = wider(scope, this.#scopeOfName(reference.name));
    }
    return scope;
  }

  #attestationsOf({ reads }: Program): readonly string[] {
    const names = reads.flatMap(([root = '', field = 'attestations', name = '*']) => {
      if (root === 'image') return field === 'attestations' || field === '*' ? [name] : [];
      return this.#variables.find(({ binding }) => binding === root)?.expression.attestations ?? [];
    });
    return [...new Set(names)];
  }

  #scopeOfName(name: string): Scope {
    if (name === 'image') return 'image';
    if (name === 'pod' || name === 'podPath' || name === 'podMetadata') return 'pod';
    const variable = this.#variables.find(({ binding }) => binding === name);
    return variable?.expression.scope ?? 'object';
  }
}

const order: readonly Scope[] = ['object', 'pod', 'image'];

/** The scope in which both can be evaluated. */
export const wider = (a: Scope, b: Scope): Scope => (order.indexOf(a) < order.indexOf(b) ? b : a);

function environmentOf(dialect: Dialect, variables: readonly Variable[]): Environment {
  const own = variables.map(({ binding, expression }) => [binding, expression.program.type] as const);
  return declareEnvironment({ ...dialect, variables: { ...dialect.variables, ...Object.fromEntries(own) } });
}
