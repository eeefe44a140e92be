import { type FieldPath } from '../document.ts';
import { present } from '../present.ts';
import { foreign } from './kyverno-expression.ts';
import type { Reading } from './reading.ts';

/** What ValidatingPolicy and ImageValidatingPolicy have in common, read as the API server's own policies are. */
export interface KyvernoParts {
  /** False for policies over other JSON than admission requests. */
  readonly ofAdmission: boolean;
  readonly failurePolicy: string | undefined;
  readonly validationActions: readonly unknown[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[] | undefined;
  readonly variables: readonly { readonly name: string; readonly expression: string }[] | undefined;
  readonly auditAnnotations: readonly { readonly key: string; readonly valueExpression: string }[] | undefined;
  /** Names of variables that have no equivalent. */
  readonly lost: ReadonlySet<string>;
}

/** Reads everything but what is validated and what is matched. */
export function importParts(reading: Reading): KyvernoParts {
  const actions = importActions(reading);
  const mode = reading.text(['spec', 'evaluation', 'mode']) ?? 'Kubernetes';
  if (mode !== 'Kubernetes')
    reading.lost(
      ['spec', 'evaluation', 'mode'],
      'only Kubernetes objects are judged; nothing is made of this policy',
      'keep it where it is',
      'none',
    );
  const admitted = reading.flag(['spec', 'evaluation', 'admission', 'enabled']) ?? true;
  if (!admitted)
    reading.changed(
      ['spec', 'evaluation', 'admission', 'enabled'],
      'it is audited at admission and denies nothing',
      'none',
    );
  if (reading.flag(['spec', 'evaluation', 'background', 'enabled']) === false)
    reading.lost(
      ['spec', 'evaluation', 'background', 'enabled'],
      'reports are made of every policy',
      'leave the policy out of the scan',
      'none',
    );
  if (reading.has(['spec', 'webhookConfiguration']))
    reading.lost(
      ['spec', 'webhookConfiguration'],
      'the time that a review may take is that of the webhook',
      'write timeoutSeconds of the webhook, or bounds.reviewSeconds of the configuration',
      'none',
    );
  const variables = importVariables(reading);
  return {
    ofAdmission: mode === 'Kubernetes',
    failurePolicy: reading.text(['spec', 'failurePolicy']),
    validationActions: admitted ? actions : ['Audit'],
    matchConditions: importConditions(reading),
    ...variables,
    auditAnnotations: importAnnotations(reading, variables.lost),
  };
}

/** Deny where nothing is said. */
function importActions(reading: Reading): readonly unknown[] {
  const path = ['spec', 'validationActions'];
  const value = reading.take(path);
  const actions: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : ['Deny'];
  if (!(actions.includes('Deny') && actions.includes('Warn'))) return [...new Set(actions)];
  reading.changed(path, 'Deny and Warn exclude each other, for a denial is shown anyway', 'none');
  return [...new Set(actions.filter((action) => action !== 'Warn'))];
}

/** A condition that cannot be asked is left out: the policy then speaks of more. */
function importConditions(reading: Reading): KyvernoParts['matchConditions'] {
  const kept = reading.items(['spec', 'matchConditions']).flatMap((path) => {
    const name = reading.text([...path, 'name']) ?? `condition-${path.at(-1)}`;
    const expression = reading.text([...path, 'expression']) ?? 'true';
    const why =
      foreign(expression, new Set()) ?? (/\bvariables\b/.test(expression) ? 'conditions read no variables' : undefined);
    if (why === undefined) return [{ name, expression }];
    lostExpression(
      reading,
      [...path, 'expression'],
      `${why}; the policy now speaks of every object that it matches`,
      'stricter',
    );
    return [];
  });
  return kept.length === 0 ? undefined : kept;
}

function importVariables(reading: Reading): Pick<KyvernoParts, 'variables' | 'lost'> {
  const lost = new Set<string>();
  const kept = reading.items(['spec', 'variables']).flatMap((path) => {
    const name = reading.text([...path, 'name']) ?? '';
    const expression = reading.text([...path, 'expression']) ?? '';
    const why = foreign(expression, lost);
    if (why === undefined) return [{ name, expression }];
    lost.add(name);
    lostExpression(reading, [...path, 'expression'], `${why}; what reads it has no equivalent either`, 'none');
    return [];
  });
  return { lost, variables: kept.length === 0 ? undefined : kept };
}

function importAnnotations(reading: Reading, lost: ReadonlySet<string>): KyvernoParts['auditAnnotations'] {
  const kept = reading.items(['spec', 'auditAnnotations']).flatMap((path) => {
    const key = reading.text([...path, 'key']) ?? '';
    const valueExpression = reading.text([...path, 'valueExpression']) ?? '';
    const why = foreign(valueExpression, lost);
    if (why === undefined) return [{ key, valueExpression }];
    lostExpression(reading, [...path, 'valueExpression'], why, 'none');
    return [];
  });
  return kept.length === 0 ? undefined : kept;
}

/** One item of `validations`, without what has no equivalent; undefined where that is the expression itself. */
export function importValidation(
  reading: Reading,
  path: FieldPath,
  lost: ReadonlySet<string>,
): { readonly expression: string; readonly said: Said } | undefined {
  const expression = reading.text([...path, 'expression']) ?? '';
  const said = importSaid(reading, path, lost);
  const why = foreign(expression, lost);
  if (why === undefined) return { expression, said };
  lostExpression(reading, [...path, 'expression'], why, 'refuses');
  return undefined;
}

/** What is said where a validation fails. */
export interface Said {
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

export function importSaid(reading: Reading, path: FieldPath, lost: ReadonlySet<string>): Said {
  const message = reading.text([...path, 'message']);
  const messageExpression = reading.text([...path, 'messageExpression']);
  const reason = reading.text([...path, 'reason']);
  const why = messageExpression === undefined ? undefined : foreign(messageExpression, lost);
  if (why !== undefined) lostExpression(reading, [...path, 'messageExpression'], why, 'none');
  return present({ message, messageExpression: why === undefined ? messageExpression : undefined, reason });
}

const lostExpression = (
  reading: Reading,
  path: FieldPath,
  why: string,
  consequence: 'refuses' | 'stricter' | 'none',
): void =>
  reading.lost(
    path,
    why.replaceAll(/\s+/g, ' '),
    'write it with object, oldObject, request, namespaceObject, authorizer and variables, or over image, images and pod in a ClusterWorkloadPolicy',
    consequence,
  );
