import { badArgument, type CelError } from './error.ts';
import { Failure } from './go/failure.ts';

/** A failure of the Go rules as an error of the language, anything else as it is. */
export function lift<T>(result: T | Failure): T | CelError {
  return result instanceof Failure ? badArgument(result.message) : result;
}

/** The result of the Go rules, changed where it is no failure. */
export function liftTo<T, U>(result: T | Failure, change: (value: T) => U): U | CelError {
  return result instanceof Failure ? badArgument(result.message) : change(result);
}
