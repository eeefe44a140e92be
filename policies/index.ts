export { type Assembled, assemble, filesNamed, type Machine } from './assemble.ts';
export { faultOfBundleName } from './bundle/contents.ts';
export { bundleFormat } from './bundle/format.ts';
export {
  type Bundle,
  bundleDigest,
  type BundleMemory,
  type BundleWorld,
  isBundleReference,
  openBundle,
  rememberBundle,
} from './bundle/open.ts';
export { type BundleCode, type BundleProblem, renderBundleProblem } from './bundle/problem.ts';
export { faultOfBundleVersion } from './bundle/version.ts';
export { type BundleTrust, compileBundleTrust } from './bundle/trust.ts';
export { type CompileContext, type CompiledDocuments, compilePolicies, isServedByCluster } from './compile.ts';
export {
  type Configuration,
  configurationSchema,
  defaultConfiguration,
  type ParsedConfiguration,
  parseConfiguration,
} from './configuration.ts';
export type { UnmatchedImages } from './decide.ts';
export type * from './decision.ts';
export {
  type Document,
  type Documents,
  type FieldPath,
  type Position,
  parseDocuments,
  renderPath,
} from './document.ts';
export type { Surroundings } from './ask.ts';
export { type Assumptions, assumptionsOf } from './assumption.ts';
export { compilePattern, type Pattern } from './cel/go/regex.ts';
export { compileConstraint, type ConstraintCompiled } from './gatekeeper/constraint.ts';
export { type ConstraintReview, reviewConstraint } from './gatekeeper/review.ts';
export { type Exported, type ExportedDocument, exportPolicy } from './export/export.ts';
export { renderExported } from './export/render.ts';
export { importable, importPolicy } from './import/import.ts';
export type { Imported, ImportedDocument } from './import/imported.ts';
export type { Consequence, ImportEntry } from './import/reading.ts';
export { renderEntry, renderImported } from './import/render.ts';
export { type Starter, starterPolicy } from './starter-policy.ts';
export { draftPolicy, type DraftSigner, sameSigner } from './draft-policy.ts';
export { type LintCode, lintCodes } from './lint/doubt.ts';
export { lintDocuments, type LintFinding } from './lint/lint.ts';
export { judge } from './judge.ts';
export type { Lookup, LookupAnswer, LookupNeed } from './lookup.ts';
export { objectLookup } from './object-lookup.ts';
export { keysNamed, type LoadedKey, loadKeys } from './keys.ts';
export { type CompiledPolicy, noPolicies, type PolicySet } from './policy.ts';
export { readAbout, severities } from './about.ts';
export { renderCatalogue } from './pack/catalogue.ts';
export { readLibrary } from './pack/contents.ts';
export type { Library } from './pack/library.ts';
export { withPacks } from './pack/open.ts';
export { isPackReference, partSources, settleSource } from './pack/reference.ts';
export { publishedSchemas, schemaDocument } from './schema/published.ts';
export type { CaseImage } from './schema/case-images.ts';
export { type CaseOutcome, casesSchema, type PolicyCase, type PolicyCases } from './schema/cases.ts';
export { type GatorCase, type GatorSuite, gatorSuiteSchema, type GatorTest } from './schema/gatekeeper.ts';
export { readWorkloadPolicies } from './export/read.ts';
export { policyParametersSchema } from './schema/pack.ts';
export { differingFields, mergePatched } from './merge-patch.ts';
export { ruleNamed, ruleResult } from './case-outcome.ts';
export { withSigners, withValues } from './pack/parameters.ts';
export { strayCases } from './pack/stray-cases.ts';
export { type Problem, type ProblemCode, renderProblem } from './problem.ts';
export { type PolicyWarning, renderWarning } from './warning.ts';
export * from './report/index.ts';
export { type ReadConfiguration, readConfiguration } from './read-configuration.ts';
export { type AdmissionRequest, requestFor, type RequestOptions, type UserInfo } from './request.ts';
export { declaredResources, type KnownResource, resourceOf } from './resource.ts';
export { digestOf, type JudgementRecord, judgementRecord } from './record.ts';
export {
  type Differences,
  differencesOf,
  findingsOf,
  parseRecord,
  replayedEvidence,
  replayedLookup,
} from './replay.ts';
export type { Review } from './review.ts';
export { type ClusterWorkloadPolicy, clusterWorkloadPolicySchema, workloadPolicySchema } from './schema/policy.ts';
export { exceptionSchema } from './schema/exception.ts';
export { defaulted } from './kubernetes/default.ts';
export { revocationSchema } from './schema/revocation.ts';
export {
  type NamedTrust,
  staleSentence,
  staleTrust,
  type TrustSource,
  trustSources,
} from './trust-source.ts';
export {
  isObject,
  type JsonPatchOperation,
  type KubernetesObject,
  type Patch,
  renderJsonPatch,
  type Version,
} from './version.ts';
export { validate as validateDocument, valueAt } from './validate.ts';
export {
  type ImageUse,
  imagesOf,
  type NotJudged,
  podSpecPath,
  podSpecs,
  type PodSpecUse,
  type ReferenceRules,
  renderWorkloads,
  withDefinitions,
  type WorkloadImages,
  workloadKinds,
} from './workload.ts';
