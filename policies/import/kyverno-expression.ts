import { type Node, operator } from '../cel/ast.ts';
import { compile, declareEnvironment, dyn, object, authorizerType } from '../cel/index.ts';
import { parse } from '../cel/parser.ts';

/** What the API server's own policies may name; `variables` are taken as they come. */
const kubernetes = declareEnvironment({
  variables: {
    object: dyn,
    oldObject: dyn,
    request: dyn,
    namespaceObject: dyn,
    variables: dyn,
    authorizer: object(authorizerType),
    'authorizer.requestResource': object('kubernetes.authorization.ResourceCheck'),
  },
});

/** Why an expression cannot stand in a policy of Kubernetes, as its compiler says it; undefined where it can. */
export function foreign(expression: string, lostVariables: ReadonlySet<string>): string | undefined {
  const compiled = compile(kubernetes, expression, { interpreterOnly: true });
  if ('error' in compiled) return compiled.error.message;
  const missing = [...expression.matchAll(/\bvariables\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)/g)].find(([, name = '']) =>
    lostVariables.has(name),
  );
  if (missing !== undefined) return `it reads variables.${missing[1]}, which has no equivalent`;
  // Read otherwise than by a name, a variable that is lost would not be noticed.
  return lostVariables.size > 0 && /\bvariables\b(?!\s*\.)/.test(expression)
    ? 'it reads variables otherwise than by their names'
    : undefined;
}

/** A check that Kyverno's library makes of every image, understood as a whole. */
export interface ImageCheck {
  /** Undefined for signatures of the image itself. */
  readonly attestation?: string;
  readonly attestors: readonly string[];
  /** So many of the attestors. */
  readonly threshold: number;
}

/**
 * `images.containers.map(i, verifyImageSignatures(i, [attestors.a])).all(e, e > 0)` and its like: of every image, so many
 * attestors of a list have signed. Anything that is not exactly of this form is undefined.
 */
export function imageCheck(expression: string): ImageCheck | undefined {
  const root = parse(expression, kubernetes.macros);
  if (!('kind' in root) || root.kind !== 'fold' || root.macro !== 'all' || root.secondVariable !== undefined)
    return undefined;
  const { over, variable, body } = root;
  if (isContainers(over)) return fromCondition(body, (node) => verification(node, variable));
  if (over.kind !== 'fold' || over.macro !== 'list' || over.filter !== undefined || over.secondVariable !== undefined)
    return undefined;
  if (!isContainers(over.over)) return undefined;
  const verified = verification(over.body, over.variable);
  return fromCondition(body, (node) => (node.kind === 'ident' && node.name === variable ? verified : undefined));
}

/** `images.containers`, `images.initContainers` or `images.ephemeralContainers`: here every image is judged. */
const isContainers = (node: Node): boolean =>
  node.kind === 'select' &&
  !node.test &&
  node.operand.kind === 'ident' &&
  node.operand.name === 'images' &&
  ['containers', 'initContainers', 'ephemeralContainers'].includes(node.field);

type Verification = Omit<ImageCheck, 'threshold'>;

function verification(node: Node, image: string): Verification | undefined {
  if (node.kind !== 'call' || node.target !== undefined) return undefined;
  const [first, ...rest] = node.args;
  if (first?.kind !== 'ident' || first.name !== image) return undefined;
  const list = rest.at(-1);
  const attestors =
    list?.kind === 'list' && list.optionals.length === 0 ? list.elements.map((one) => field(one, 'attestors')) : [];
  const named = attestors.filter((one) => one !== undefined);
  if (named.length === 0 || named.length < attestors.length) return undefined;
  if (node.name === 'verifyImageSignatures' && rest.length === 1) return { attestors: named };
  const attestation = rest.length === 2 && rest[0] !== undefined ? field(rest[0], 'attestations') : undefined;
  return node.name === 'verifyAttestationSignatures' && attestation !== undefined
    ? { attestation, attestors: named }
    : undefined;
}

/** `attestors.NAME`. */
const field = (node: Node, of: string): string | undefined =>
  node.kind === 'select' && !node.test && node.operand.kind === 'ident' && node.operand.name === of
    ? node.field
    : undefined;

/** `COUNT > 0`, `COUNT >= 2`, `0 < COUNT`, or `COUNT == N` of N attestors. */
function fromCondition(node: Node, read: (node: Node) => Verification | undefined): ImageCheck | undefined {
  if (node.kind !== 'call' || node.args.length !== 2) return undefined;
  const [left, right] = node.args;
  if (left === undefined || right === undefined) return undefined;
  const mirrored = left.kind === 'literal';
  const verified = read(mirrored ? right : left);
  const number = mirrored ? left : right;
  if (verified === undefined || number.kind !== 'literal' || typeof number.value !== 'number') return undefined;
  const threshold = leastOf(mirrored ? (mirrors.get(node.name) ?? '') : node.name, number.value, verified);
  return threshold === undefined || threshold < 1 ? undefined : { ...verified, threshold };
}

const mirrors: ReadonlyMap<string, string> = new Map([
  [operator.less, operator.greater],
  [operator.lessOrEqual, operator.greaterOrEqual],
  [operator.equal, operator.equal],
  [operator.notEqual, operator.notEqual],
]);

function leastOf(comparison: string, number: number, { attestors }: Verification): number | undefined {
  switch (comparison) {
    case operator.greater:
      return number + 1;
    case operator.greaterOrEqual:
      return number;
    case operator.equal:
      // Fewer than all would also demand that the others have not signed.
      return number === attestors.length ? number : undefined;
    case operator.notEqual:
      return number === 0 ? 1 : undefined;
    default:
      return undefined;
  }
}
