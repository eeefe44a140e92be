/** What a module needs beyond the first version of WebAssembly, as tools write it into `target_features` (tool-conventions, Linking.md). */
export type Feature =
  | 'atomics'
  | 'bulk-memory'
  | 'exception-handling'
  | 'extended-const'
  | 'gc'
  | 'memory64'
  | 'multimemory'
  | 'multivalue'
  | 'mutable-globals'
  | 'nontrapping-fptoint'
  | 'reference-types'
  | 'relaxed-simd'
  | 'sign-ext'
  | 'simd128'
  | 'tail-call';
