/** Where packs come from: the library that is shipped, or any other of its shape. */
export interface Library {
  /** Names of the packs, in order. */
  packs(): Promise<readonly string[]>;
  /** The text of a file of a pack, such as `pack.yaml`; undefined where there is none. */
  read(pack: string, file: string): Promise<string | undefined>;
}
