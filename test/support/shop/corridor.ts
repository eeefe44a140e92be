import { anonymous, type Keychain, type Store } from '../../../evidence/index.ts';
import {
  type Assembled,
  assemble,
  type CompileContext,
  compilePolicies,
  type Decision,
  isObject,
  judge,
  type KubernetesObject,
  objectLookup,
  parseConfiguration,
  parseDocuments,
  type Problem,
  type Review,
} from '../../../policies/index.ts';

/** The corridor with everything in it that a door would bring. */
export interface Corridor extends AsyncDisposable {
  readonly assembled: Assembled;
  /** Judges a manifest (YAML or an object); CREATE and validation unless the review says otherwise. */
  judge(
    object: string | KubernetesObject,
    review?: Partial<Review> & { readonly signal?: AbortSignal; readonly now?: Date },
  ): Promise<Decision>;
}

export interface CorridorSource {
  readonly configuration: string;
  readonly policies: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly keychain?: Keychain;
  readonly store?: Store;
  /** Keys of key services by URI, as a door would have loaded them. */
  readonly keys?: CompileContext['keys'];
  /** The clock of whatever judges and asks; the real one where it is left out. */
  readonly clock?: () => Date;
  /** What is known of the cluster. */
  readonly objects?: readonly KubernetesObject[];
}

/** Opens the corridor over texts; problems of the documents are thrown, for a test that has them has gone wrong. */
export function openCorridor({
  configuration,
  policies,
  files = {},
  keychain = anonymous,
  store,
  keys = new Map(),
  clock = () => new Date(),
  objects,
}: CorridorSource): Corridor {
  const parsed = parseConfiguration(parseDocuments(configuration, 'assay.yaml').documents[0]!);
  if (parsed.kind === 'problems') throw new Error(describe(parsed.problems));
  const assembled = assemble(
    parsed.configuration,
    { texts: new Map(Object.entries(files)), now: clock, ...(store === undefined ? {} : { store }) },
    'assay.yaml',
  );
  if ('length' in assembled) throw new Error(describe(assembled));
  const compiled = compilePolicies(parseDocuments(policies, 'policies.yaml').documents, {
    trustRoots: assembled.trustRoots,
    keys,
  });
  if (compiled.problems.length > 0) throw new Error(describe(compiled.problems));
  return {
    assembled,
    judge: async (object, { signal = AbortSignal.timeout(10_000), now = clock(), ...review } = {}) =>
      await judge(
        { phase: 'validate', operation: 'CREATE', object: manifest(object), ...review },
        {
          ...assembled,
          policies: compiled.policies,
          keychain,
          signal,
          now,
          ...(objects === undefined ? {} : { lookup: objectLookup(objects) }),
        },
      ),
    [Symbol.asyncDispose]: () => assembled.evidence.close(),
  };
}

/** One object out of a YAML text. */
export function manifest(object: string | KubernetesObject): KubernetesObject {
  const value = typeof object === 'string' ? parseDocuments(object, 'manifest.yaml').documents[0]?.value : object;
  if (!isObject(value)) throw new Error('no object in this text');
  return value;
}

const describe = (problems: readonly Problem[]): string =>
  problems.map((problem) => JSON.stringify(problem)).join('\n');
