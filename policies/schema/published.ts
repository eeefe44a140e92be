import type { TSchema } from 'typebox';
import { configurationSchema } from '../configuration.ts';
import { casesSchema } from './cases.ts';
import { exceptionSchema } from './exception.ts';
import { policyParametersSchema } from './pack.ts';
import { clusterWorkloadPolicySchema, workloadPolicySchema } from './policy.ts';
import { revocationSchema } from './revocation.ts';

/** The kinds of document that people write for Assay, and what each may say, as editors and CI jobs check it. */
export const publishedSchemas: Readonly<Record<string, TSchema>> = {
  ClusterWorkloadPolicy: clusterWorkloadPolicySchema,
  WorkloadPolicy: workloadPolicySchema,
  WorkloadException: exceptionSchema,
  Revocation: revocationSchema,
  PolicyParameters: policyParametersSchema,
  PolicyCases: casesSchema,
  Configuration: configurationSchema,
};

/** The JSON Schema of a kind as a document of its own. */
export const schemaDocument = (schema: TSchema): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...schema,
});
