import { decodeChunks, readText, type TextRead } from '../../host/files.ts';

/** The largest text that is a document; the parser has the same bound, this one keeps the rest out of memory. */
export const maximumTextBytes = 64 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. */
export const readSource = (file: string, input: AsyncIterable<unknown>): Promise<TextRead> =>
  file === '-' ? decodeChunks(input, maximumTextBytes) : readText(file, maximumTextBytes);
