/** Binaries of WebAssembly, written section by section (core spec, 5.5; component model, Binary.md). */
export type Bytes = readonly number[];

export const u32 = (value: number): Bytes =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(Math.floor(value / 128))];

export const name = (text: string): Bytes => {
  const bytes = Buffer.from(text);
  return [...u32(bytes.length), ...bytes];
};

/** A list: how many, then each. */
export const list = (...items: readonly Bytes[]): Bytes => [...u32(items.length), ...items.flat()];

export const section = (id: number, content: Bytes): Bytes => [id, ...u32(content.length), ...content];

export const core = (...sections: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

export const component = (...sections: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...sections.flat()]);

/** A module or component as a section of a component. */
export const inside = (binary: Uint8Array): Bytes => section(binary[4] === 1 ? 1 : 4, [...binary]);

/** What an import of a component brings: an instance of the type with the index. */
export const importOfInstance = (interfaceName: string): Bytes => [0, ...name(interfaceName), 5, 0];

export const importOfFunction = (module: string, field: string): Bytes => [...name(module), ...name(field), 0, 0];

/** The type of a function: `() -> ()` where nothing is said. */
export const functionType = (parameters: Bytes = [], results: Bytes = []): Bytes => [
  0x60,
  ...u32(parameters.length),
  ...parameters,
  ...u32(results.length),
  ...results,
];

/** `[min]` or `[min, max]` in pages; further bits of the flags (2 shared, 4 of 64 bits). */
export const memory = ([min, max]: readonly [number, number?], bits = 0): Bytes =>
  max === undefined ? [bits, ...u32(min)] : [bits | 1, ...u32(min), ...u32(max)];

export const targetFeatures = (...entries: readonly string[]): Bytes =>
  section(0, [
    ...name('target_features'),
    ...list(...entries.map((entry) => [entry.charCodeAt(0), ...name(entry.slice(1))])),
  ]);

/** A module of one function of type `() -> ()` with these instructions, and whatever stands before the code. */
export const withBody = (instructions: Bytes, ...before: readonly Bytes[]): Uint8Array => {
  const body = [0, ...instructions, 0x0b];
  const sections = [section(1, list(functionType())), section(3, list([0])), ...before];
  return core(...sections, section(10, list([...u32(body.length), ...body])));
};
