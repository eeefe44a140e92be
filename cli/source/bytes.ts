import { readFile, stat } from 'node:fs/promises';
import { explain } from '../../host/files.ts';

/** The bytes of a file, or why there are none, in one clause. */
export type BytesRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads a whole file of at most `maximumBytes`. */
export async function readBytes(path: string, maximumBytes: number): Promise<BytesRead> {
  try {
    const { size } = await stat(path);
    if (size > maximumBytes)
      return { kind: 'unreadable', detail: `has ${size} bytes; at most ${maximumBytes} are read` };
    return { kind: 'bytes', bytes: await readFile(path) };
  } catch (error) {
    return { kind: 'unreadable', detail: explain(error) };
  }
}
