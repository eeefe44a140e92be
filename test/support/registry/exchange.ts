/** A request as the routes see it: read completely, path and query apart. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The `Authorization` header, whole. */
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly contentRange: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: Buffer;
}

/** What is to be sent back. A HEAD carries the headers of a GET; its body is dropped when it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer with a body of bytes and its true length. */
export const answer = (
  status: number,
  headers: Record<string, string> = {},
  body: Buffer = Buffer.alloc(0),
): Answer => ({
  status,
  headers: { 'content-length': String(body.length), ...headers },
  body,
});

/** An answer in JSON. */
export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
  answer(status, { 'content-type': 'application/json', ...headers }, Buffer.from(JSON.stringify(value)));

/** An error as OCI distribution-spec 1.1 "Error Codes" spells it. */
export const trouble = (status: number, code: string, message: string, headers: Record<string, string> = {}): Answer =>
  json(status, { errors: [{ code, message }] }, headers);
