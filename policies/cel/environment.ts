import type { FunctionDeclaration, Library, Overload } from './function.ts';
import { type Extension, librariesOf } from './library/index.ts';
import type { Macro } from './macro.ts';
import type { Syntax } from './parser.ts';
import type { CelType } from './typing.ts';

/** An object type that the outside registers: its fields, undefined where any field may be there. */
export interface ObjectType {
  readonly name: string;
  readonly fields: Readonly<Record<string, CelType>> | undefined;
  /** Whether an expression may build one, as `Name{field: value}`. */
  readonly constructible?: boolean;
}

/**
 * The least and the most that something declared has of characters, bytes, elements or entries, by the path that reads it: a variable, then
 * fields, `@items`, `@indices`, `@keys` or `@values`; undefined where nothing is declared of it. It bounds the estimate of costs alone.
 */
export type SizeOfPath = (path: readonly string[]) => { readonly min: number; readonly max: number } | undefined;

/** What an environment is made from. */
export interface EnvironmentDeclaration {
  /** Names may be dotted: `variables.x` is one variable. */
  readonly variables?: Readonly<Record<string, CelType>>;
  readonly objects?: readonly ObjectType[];
  /** Object types that are made up as they are named, such as `Object.spec.template`. */
  readonly findObject?: (name: string) => ObjectType | undefined;
  /** `kubernetes`: as the API server of `kubernetesMinor` has it; `core`: cel-spec's standard and all its extensions. */
  readonly language?: 'kubernetes' | 'core';
  readonly kubernetesMinor?: number;
  /** What Kubernetes has only for some policies, or for none; `core` has all but patches. */
  readonly extensions?: readonly Extension[];
  /** Further functions, on top of the language's. */
  readonly libraries?: readonly Library[];
  /** Where names are looked up first, such as `a.b`. */
  readonly container?: string;
  readonly sizeOfPath?: SizeOfPath;
}

/** What expressions are compiled against. Immutable; share it between expressions. */
export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly objects: ReadonlyMap<string, ObjectType>;
  readonly findObject: ((name: string) => ObjectType | undefined) | undefined;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly macros: readonly Macro[];
  readonly container: string;
  readonly sizeOfPath: SizeOfPath | undefined;
  /** The API server knows no backticks, and optionals since 1.28. */
  readonly syntax: Syntax;
  readonly kubernetes: boolean;
  /** The Kubernetes minor version; Infinity for the core language. */
  readonly minor: number;
}

/** The newest Kubernetes minor whose libraries are known here. */
export const newestKubernetesMinor = 36;

/** Makes an environment: the functions that the language has in that version, and what is declared. */
export function declareEnvironment(declaration: EnvironmentDeclaration = {}): Environment {
  const kubernetes = (declaration.language ?? 'kubernetes') === 'kubernetes';
  const minor = kubernetes ? (declaration.kubernetesMinor ?? newestKubernetesMinor) : Number.POSITIVE_INFINITY;
  return {
    variables: new Map(Object.entries(declaration.variables ?? {})),
    objects: new Map((declaration.objects ?? []).map((object) => [object.name, object])),
    findObject: declaration.findObject,
    ...tablesWith(kubernetes ? 'kubernetes' : 'core', minor, declaration),
    container: declaration.container ?? '',
    sizeOfPath: declaration.sizeOfPath,
    syntax: { quotedFields: !kubernetes || (declaration.extensions ?? []).includes('own'), optionals: minor >= 28 },
    kubernetes,
    minor,
  };
}

type Tables = Pick<Environment, 'functions' | 'macros'>;

/** The tables of the language alone are made once for each version and set of extensions, when first asked for. */
function tablesWith(
  language: 'kubernetes' | 'core',
  minor: number,
  { libraries, extensions = [] }: EnvironmentDeclaration,
): Tables {
  if (libraries !== undefined) {
    const more = libraries.filter(({ since }) => (since ?? 0) <= minor);
    return tablesOf([...librariesOf(language, minor, extensions), ...more], minor);
  }
  const key = [language, Math.min(minor, newestKubernetesMinor), ...[...extensions].sort()].join(' ');
  const tables = knownTables.get(key) ?? tablesOf(librariesOf(language, minor, extensions), minor);
  knownTables.set(key, tables);
  return tables;
}

const knownTables = new Map<string, Tables>();

function tablesOf(libraries: readonly Library[], minor: number): Tables {
  return {
    functions: overloadsByName(
      libraries.flatMap((library) => library.functions),
      minor,
    ),
    macros: libraries.flatMap((library) => library.macros ?? []),
  };
}

function overloadsByName(
  functions: readonly FunctionDeclaration[],
  minor: number,
): ReadonlyMap<string, readonly Overload[]> {
  const byName = new Map<string, Overload[]>();
  for (const { name, overloads, since } of functions) {
    if ((since ?? 0) > minor) continue;
    const known = byName.get(name) ?? [];
    byName.set(name, known);
    for (const overload of overloads) {
      const again = known.some(({ id }) => id === overload.id);
      if (!again && (overload.since ?? 0) <= minor) known.push(overload);
    }
  }
  return byName;
}
