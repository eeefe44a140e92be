export {
  type Environment,
  type EnvironmentDeclaration,
  declareEnvironment,
  newestKubernetesMinor,
  type ObjectType,
} from './environment.ts';
export { type CelErrorCode, CelError, type Range } from './error.ts';
export { type Binding, type Bindings, Lazy } from './evaluation.ts';
export { type FunctionDeclaration, type Library, type Outcome, overload, type Overload } from './function.ts';
export { findCulprits, type Place, type Scene } from './culprit.ts';
export { maxExpressionCost, maxMatchConditionsCost, maxMessageBytes, maxPolicyCost } from './limits.ts';
export {
  compile,
  type CompileError,
  type CompileOptions,
  evaluate,
  type Evaluated,
  interpret,
  type Program,
  warmUp,
} from './program.ts';
export { compileTogether, mostTogether, type Together } from './together.ts';
export { type PlainJson, toPlainJson } from './plain-json.ts';
export { renderCaret } from './caret.ts';
export { parseType } from './signature.ts';
export {
  bool,
  bytes,
  type CelType,
  double,
  dyn,
  formatType,
  int,
  list,
  map,
  object,
  opaque,
  string,
  timestamp,
} from './typing.ts';
export { type Need, Unknown } from './unknown.ts';
export * from './value.ts';
export {
  type AuthorizationAnswer,
  type AuthorizationQuestion,
  type Authorize,
  authorizer as authorizerType,
  AuthorizerCheck,
} from './library/authorizer.ts';
export type { Extension } from './library/index.ts';
export { answer, answerLine, describe, type Question, readQuestion } from './batch.ts';
export { renderReference } from './reference.ts';
