import { type Static, Type } from 'typebox';
import { closed, text } from './field.ts';
import { labelSelector } from './match.ts';

/** Gatekeeper's documents, as far as its engine K8sNativeValidation reads them (gatekeeper, pkg/drivers/k8scel/schema and pkg/mutation/match). */

const names = Type.Optional(Type.Array(Type.String()));

/** A name, with a star at either end, or at both. */
const wildcard = Type.String({ pattern: '^\\*?[-:a-z0-9]*\\*?$' });

/** The source of a ConstraintTemplate that is written in CEL. */
export const nativeSource = Type.Object(
  {
    validations: Type.Optional(
      Type.Array(
        Type.Object(
          {
            expression: text('CEL that must be true.'),
            message: Type.Optional(Type.String()),
            messageExpression: Type.Optional(Type.String()),
          },
          closed,
        ),
      ),
    ),
    failurePolicy: Type.Optional(Type.Enum(['Fail', 'Ignore'])),
    matchCondition: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), expression: text('CEL that comes to a bool.') }, closed)),
    ),
    variables: Type.Optional(
      Type.Array(Type.Object({ name: text('Read as `variables.NAME`.'), expression: text('CEL.') }, closed)),
    ),
    generateVAP: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** `spec.match` of a constraint. */
export const constraintMatch = Type.Object(
  {
    source: Type.Optional(Type.Enum(['All', 'Generated', 'Original'])),
    kinds: Type.Optional(Type.Array(Type.Object({ apiGroups: names, kinds: names }, closed))),
    // Whatever else is written means both, in gatekeeper too.
    scope: Type.Optional(Type.String()),
    namespaces: Type.Optional(Type.Array(wildcard)),
    excludedNamespaces: Type.Optional(Type.Array(wildcard)),
    labelSelector: Type.Optional(labelSelector),
    namespaceSelector: Type.Optional(labelSelector),
    name: Type.Optional(wildcard),
  },
  closed,
);

/** A constraint, but for its parameters, of which only its template knows what they are. */
export const constraintSchema = Type.Object({
  apiVersion: Type.Enum(['constraints.gatekeeper.sh/v1beta1', 'constraints.gatekeeper.sh/v1alpha1']),
  kind: text('That of the template.'),
  metadata: Type.Object({ name: text('Its name.') }),
  spec: Type.Optional(
    Type.Object({
      enforcementAction: Type.Optional(Type.String()),
      scopedEnforcementActions: Type.Optional(
        Type.Array(
          Type.Object({
            action: Type.Optional(Type.String()),
            enforcementPoints: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
          }),
        ),
      ),
      match: Type.Optional(Type.Unknown()),
      parameters: Type.Optional(Type.Unknown()),
    }),
  ),
});

/** A ConstraintTemplate, but for its code. */
export const constraintTemplateSchema = Type.Object({
  apiVersion: Type.Enum([
    'templates.gatekeeper.sh/v1',
    'templates.gatekeeper.sh/v1beta1',
    'templates.gatekeeper.sh/v1alpha1',
  ]),
  kind: Type.Literal('ConstraintTemplate'),
  metadata: Type.Object({ name: text('Its kind in lower case.') }),
  spec: Type.Object({
    crd: Type.Object({
      spec: Type.Object({
        names: Type.Object({ kind: text('Of the constraints.') }),
        validation: Type.Optional(
          Type.Object({
            legacySchema: Type.Optional(Type.Boolean()),
            openAPIV3Schema: Type.Optional(Type.Unknown()),
          }),
        ),
      }),
    }),
    targets: Type.Array(
      Type.Object({
        target: Type.Optional(Type.String()),
        code: Type.Optional(Type.Array(Type.Object({ engine: Type.String(), source: Type.Optional(Type.Unknown()) }))),
      }),
      { minItems: 1, maxItems: 1 },
    ),
  }),
});

/** A Suite of gator (test.gatekeeper.sh), as `gator verify` reads it. */
export const gatorSuiteSchema = Type.Object(
  {
    apiVersion: Type.String(),
    kind: Type.Literal('Suite'),
    metadata: Type.Optional(Type.Unknown()),
    skip: Type.Optional(Type.Boolean()),
    tests: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.Optional(Type.String()),
            template: Type.Optional(Type.String()),
            constraint: Type.Optional(Type.String()),
            expansion: Type.Optional(Type.String()),
            invalid: Type.Optional(Type.Boolean()),
            skip: Type.Optional(Type.Boolean()),
            cases: Type.Optional(
              Type.Array(
                Type.Object(
                  {
                    name: Type.Optional(Type.String()),
                    object: Type.Optional(Type.String()),
                    inventory: names,
                    skip: Type.Optional(Type.Boolean()),
                    assertions: Type.Optional(
                      Type.Array(
                        Type.Object(
                          {
                            violations: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
                            message: Type.Optional(Type.String()),
                          },
                          closed,
                        ),
                      ),
                    ),
                  },
                  closed,
                ),
              ),
            ),
          },
          closed,
        ),
      ),
    ),
  },
  closed,
);

export type ConstraintMatch = Static<typeof constraintMatch>;
export type GatorSuite = Static<typeof gatorSuiteSchema>;
export type GatorTest = NonNullable<GatorSuite['tests']>[number];
export type GatorCase = NonNullable<GatorTest['cases']>[number];
export type NativeSource = Static<typeof nativeSource>;
