/** Every way to say a Decision; a new format is one more line. All are pure. */
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
export { clip, count, listed, printable, quoted, shortDigests } from './printable.ts';
export { findingLines, findingSentence } from './sentence.ts';
export {
  type CheckedObject,
  duration,
  renderChecked,
  renderTotals,
  spread,
  type TextStyle,
  type Totals,
} from './text.ts';
export { renderTree, type VerifiedImage } from './tree.ts';
export { denies, type Verdict, verdictOf } from './verdict.ts';
