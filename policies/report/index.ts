/** Every way to say a Decision, and to write a Report of many (formats.ts). All are pure. */
export { type MessageBounds, renderAdmissionMessage, renderAuditAnnotations, renderWarnings } from './admission.ts';
export { type Entity, entitiesOf } from './entity.ts';
export {
  type DecisionRecord,
  decisionRecord,
  type EntityRecord,
  entityRecord,
  type FindingRecord,
  type ImageRecord,
  type SignerRecord,
} from './json.ts';
export { type Collected, collectReport, type JudgedObject } from './collect.ts';
export { type Format, formats } from './formats.ts';
export { type FindingOutcome, outcomeOf } from './outcome.ts';
export type {
  ObjectSource,
  PolicyAbout,
  Report,
  ReportedFinding,
  ReportedObject,
  ReportedPolicy,
  Severity,
  SourcePlace,
  Totals,
  UnreadableSource,
} from './report.ts';
export { jsonText } from './json-text.ts';
export { clip, count, inert, listed, printable, quoted, shortDigests } from './printable.ts';
export { findingLines, findingSentence } from './sentence.ts';
export { type Case, type CaseResult, renderSuites, type Suite } from './suites.ts';
export { duration, spread, type TextStyle } from './text.ts';
export { renderTree, type VerifiedImage } from './tree.ts';
export { denies, type Verdict, verdictOf } from './verdict.ts';
