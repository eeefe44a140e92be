/** An error as a value: what the functions of this folder return in place of a result. */
export class Failure {
  /** The message as cel-go words it; text from outside in it is quoted, stripped of control characters and cut. */
  readonly message: string;
  /** Where in the text that was read it went wrong, in UTF-16 units, if one place is to blame. */
  readonly position: number | undefined;

  constructor(message: string, position?: number) {
    this.message = message;
    this.position = position;
  }
}

/** Makes a Failure with this message. */
export const failure = (message: string, position?: number): Failure => new Failure(message, position);

/** Text from outside as it may stand in a message: in quotes, escaped, at most 64 UTF-16 units of it. */
export const quoted = (text: string): string => {
  const cut = text.length > shown ? `${text.slice(0, shown)}...` : text;
  return JSON.stringify(cut.toWellFormed()).replaceAll(hidden, '?');
};

const shown = 64;
/** Controls that JSON leaves alone: DEL, C1, line separators, direction overrides, the byte order mark. */
const hidden = /[\u007f-\u009f\u2028-\u202f\u2066-\u2069\ufeff]/gu;
