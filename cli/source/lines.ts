/**
 * Lines of standard input as they come, without their ends; one of more than `limit` characters is undefined. A line ends with a newline alone, for
 * what else JavaScript calls a line end may stand in a JSON text.
 */
export async function* readLines(input: AsyncIterable<unknown>, limit: number): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    length += text.length;
    if (length <= limit) begun.push(text);
    else begun = [];
  };
  const end = (): string | undefined => {
    const line = length > limit ? undefined : begun.join('').replace(/\r$/, '');
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(bytesOf(chunk), { stream: true });
    let start = 0;
    for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', start)) {
      add(text.slice(start, newline));
      yield end();
      start = newline + 1;
    }
    add(text.slice(start));
  }
  add(decoder.decode());
  if (length > 0) yield end();
}

const bytesOf = (chunk: unknown): Uint8Array => (chunk instanceof Uint8Array ? chunk : new Uint8Array());
