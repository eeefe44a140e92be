import {
  authorizerType,
  type CelType,
  compile,
  declareEnvironment,
  dyn,
  type Environment,
  list,
  map,
  maxExpressionCost,
  object,
  type Range,
} from '../cel/index.ts';
import type { FieldPath } from '../document.ts';
import { limits } from '../limits.ts';
import { admissionTypes } from './admission-types.ts';
import { celTypes } from './cel-types.ts';
import { builtinResources, type Resource } from './openapi.ts';

/** What is read of a ValidatingAdmissionPolicy's spec. */
export interface CheckedSpec {
  readonly matchConstraints: {
    readonly resourceRules?: readonly {
      readonly apiGroups: readonly string[];
      readonly apiVersions: readonly string[];
      readonly resources: readonly string[];
    }[];
  };
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations?: readonly { readonly expression: string; readonly messageExpression?: string }[];
}

/** An expression that objects of one kind do not have the types for. */
export interface TypeWarning {
  readonly path: FieldPath;
  readonly expression: string;
  /** As the API server writes it: `apps/v1, Kind=Deployment`. */
  readonly kind: string;
  readonly detail: string;
  readonly range: Range | undefined;
}

/**
 * What the API server warns of when a ValidatingAdmissionPolicy is made: expressions that do not fit the built-in kinds which the policy names
 * (k8s.io/apiserver, validating/typechecking.go), and expressions that cost more than they may, whatever they read. A warning changes nothing about the policy. Kinds behind a wildcard are not checked.
 */
export function typeWarnings(spec: CheckedSpec): readonly TypeWarning[] {
  const kinds = kindsOf(spec);
  const expressions = expressionsOf(spec);
  const [first] = expressions;
  const texts = [...expressions.map(({ text }) => text), ...(spec.variables ?? []).map(({ expression }) => expression)];
  const characters = texts.reduce((sum, text) => sum + text.length, 0) * kinds.length;
  if (first !== undefined && characters > limits.typeCheckedCharacters) {
    const detail = `${characters} characters are too many to hold against these kinds; at most ${limits.typeCheckedCharacters} are`;
    return [
      {
        path: first.path,
        expression: first.text.slice(0, 80),
        kind: kinds.map(nameOf).join('; '),
        detail,
        range: undefined,
      },
    ];
  }
  return kinds.flatMap((resource) => {
    const environment = environmentOf(resource, spec);
    return expressions.flatMap(({ path, text }) => {
      const program = compile(environment, text, { interpreterOnly: true });
      const warning = (detail: string, range?: Range): TypeWarning[] => [
        { path, expression: text, kind: nameOf(resource), detail, range },
      ];
      if ('phase' in program) return warning(program.error.message, program.error.range);
      const { min } = program.cost;
      return min > maxExpressionCost
        ? warning(`it costs at least ${min} units, and ${maxExpressionCost} is all it has`)
        : [];
    });
  });
}

/** As many kinds as the API server checks. */
const maxKinds = 10;

function kindsOf({ matchConstraints: { resourceRules = [] } }: CheckedSpec): readonly Resource[] {
  const named = builtinResources().filter(({ group, version, plural }) =>
    resourceRules.some(
      ({ apiGroups, apiVersions, resources }) =>
        ![...apiGroups, ...apiVersions].some((name) => name.includes('*')) &&
        apiGroups.includes(group) &&
        apiVersions.includes(version) &&
        resources.includes(plural),
    ),
  );
  return named.slice(0, maxKinds);
}

const apiVersionOf = ({ group, version }: Resource): string => (group === '' ? version : `${group}/${version}`);
const nameOf = ({ group, version, kind }: Resource): string => `${group}/${version}, Kind=${kind}`;

function environmentOf(resource: Resource, { paramKind, variables = [] }: CheckedSpec): Environment {
  const types = celTypes(apiVersionOf(resource), resource.kind);
  const params = paramKind === undefined ? undefined : celTypes(paramKind.apiVersion, paramKind.kind);
  const declared: Record<string, CelType> = {
    object: types?.root ?? dyn,
    oldObject: types?.root ?? dyn,
    request: object('kubernetes.AdmissionRequest'),
    namespaceObject: object('kubernetes.Namespace'),
    authorizer: object(authorizerType),
    'authorizer.requestResource': object('kubernetes.authorization.ResourceCheck'),
    ...(paramKind === undefined ? {} : { params: params?.root ?? dyn }),
  };
  const declare = (own: Readonly<Record<string, CelType>>): Environment =>
    declareEnvironment({
      variables: { ...declared, ...own },
      objects: admissionTypes,
      findObject: (name) => types?.findObject(name) ?? params?.findObject(name),
    });
  const own: Record<string, CelType> = {};
  for (const { name, expression } of variables) {
    const program = compile(declare(own), expression, { interpreterOnly: true });
    own[`variables.${name}`] = 'phase' in program ? dyn : forgetful(program.type);
  }
  return declare(own);
}

/** The type of a variable, which keeps scalars, lists and maps only. */
function forgetful(type: CelType): CelType {
  if (type.kind === 'list') return list(forgetful(type.element));
  if (type.kind === 'map') return map(forgetful(type.key), forgetful(type.value));
  return type.kind === 'object' || type.kind === 'opaque' || type.kind === 'type' ? dyn : type;
}

function expressionsOf({
  validations = [],
}: CheckedSpec): readonly { readonly path: FieldPath; readonly text: string }[] {
  return validations.flatMap(({ expression, messageExpression = '' }, index) => {
    const path: FieldPath = ['spec', 'validations', index];
    const first = { path: [...path, 'expression'], text: expression };
    return messageExpression === ''
      ? [first]
      : [first, { path: [...path, 'messageExpression'], text: messageExpression }];
  });
}
