import { type Static, Type } from 'typebox';
import { authority } from './authority.ts';
import { caseImageSchema } from './case-images.ts';
import { closed, text } from './field.ts';

/** What a rule comes to in a case. */
export const caseOutcomes = ['pass', 'deny', 'warn', 'audit', 'error', 'unobservable', 'skip'] as const;

const object = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

const user = Type.Object(
  {
    username: text('As policies read `request.userInfo.username`.'),
    uid: Type.Optional(text('Its uid.')),
    groups: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Its groups, all of them.' })),
  },
  { ...closed, description: 'Who asks; nobody where it is left out.' },
);

const params = Type.Optional(object('Values for parameters of the policies, in place of their defaults.'));

const oneCase = Type.Object(
  {
    name: text('What is shown, in the words of whom the rule concerns.'),
    object: Type.Optional(object('The object that is sent; a namespaced one without namespace lies in `default`.')),
    resource: Type.Optional(text('A file that has it, relative to this one; each object in it is sent.')),
    oldObject: Type.Optional(object('The object before an UPDATE, or before a DELETE.')),
    operation: Type.Optional(
      Type.Enum(['CREATE', 'UPDATE', 'DELETE'], {
        description: 'UPDATE where there is an `oldObject` and an object, CREATE elsewhere, where it is left out.',
      }),
    ),
    subresource: Type.Optional(
      Type.String({
        pattern: '^[a-z]+$',
        description:
          'The subresource of the object that is asked for, such as `status`; policies that name the resource alone do not speak of it.',
      }),
    ),
    user: Type.Optional(user),
    params,
    images: Type.Optional(
      Type.Array(caseImageSchema, { description: 'What is to be found of images; before what the file says of them.' }),
    ),
    want: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.Enum(caseOutcomes), {
        minProperties: 1,
        description:
          'What rules come to, by their names; POLICY/RULE where several policies have one of the name. `skip`: the policy does not speak of the object. `unobservable`: what the rule would have to know is not known. A case without it has `becomes`.',
      }),
    ),
    becomes: Type.Optional(
      object(
        'What mutations make of the object, as a merge patch (RFC 7396): the fields that change with their new values, lists whole, `null` for what goes; `{}` where nothing changes. All else stays as it was, and a second time changes nothing more.',
      ),
    ),
    at: Type.Optional(
      text('The field that the rules that bite point at, such as `spec.containers[0].ports[1].hostPort`.'),
    ),
  },
  { ...closed },
);

/** `POLICY.cases.yaml`: what the policies beside it say of some objects. */
export const casesSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('PolicyCases'),
    policies: Type.Optional(
      Type.Array(text('A file, relative to this one.'), {
        minItems: 1,
        uniqueItems: true,
        description: 'The policies; `X.yaml` for `X.cases.yaml` where it is left out.',
      }),
    ),
    params,
    authorities: Type.Optional(
      Type.Array(authority, {
        minItems: 1,
        description: 'Signers for policies that leave theirs open, as PolicyParameters bring them.',
      }),
    ),
    threshold: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 64, description: 'So many of these authorities must have signed.' }),
    ),
    exceptions: Type.Optional(
      Type.Array(object('A WorkloadException.'), { description: 'They count wherever they lie.' }),
    ),
    cluster: Type.Optional(
      Type.Array(object('An object.'), {
        description: 'What lookups, namespace selectors and parameter references find; namespaces too.',
      }),
    ),
    images: Type.Optional(
      Type.Array(caseImageSchema, {
        description: 'What is to be found of images, in all cases. Of others nothing is known.',
      }),
    ),
    kubernetesVersion: Type.Optional(
      Type.String({
        pattern: '^v?1\\.[0-9]{1,3}$',
        description: "The API server whose CEL functions Kubernetes' own kinds of policy may call.",
      }),
    ),
    cases: Type.Array(oneCase, { minItems: 1 }),
  },
  {
    ...closed,
    title: 'PolicyCases',
    description: 'Objects, and what each rule of some policies must say of them. `assay test` runs them.',
  },
);

export type PolicyCases = Static<typeof casesSchema>;
export type PolicyCase = PolicyCases['cases'][number];
export type CaseOutcome = (typeof caseOutcomes)[number];
