import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { readModules, type WasmModule } from '../../../evidence/wasm/module.ts';
import {
  type Bytes,
  component,
  core,
  functionType,
  importOfFunction,
  importOfInstance,
  inside,
  list,
  memory,
  name,
  section,
  targetFeatures,
  u32,
  withBody,
} from '../../support/wasm.ts';

function read(bytes: Uint8Array): readonly WasmModule[] {
  const result = readModules(bytes);
  if (result.kind === 'problem') throw new Error(result.detail);
  return result.modules;
}

const one = (bytes: Uint8Array): WasmModule => read(bytes)[0] as WasmModule;
const problem = (bytes: Uint8Array): string => {
  const result = readModules(bytes);
  return result.kind === 'problem' ? result.detail : 'no problem';
};

/** What the engine of this process takes for a module, or says of it. */
const isModule = (bytes: Uint8Array): boolean => engine.WebAssembly.validate(bytes);
const engine = globalThis as unknown as { readonly WebAssembly: { validate(bytes: Uint8Array): boolean } };

const i32 = 0x7f;
const v128 = 0x7b;
const zero: Bytes = [0x41, 0, 0x0b];

describe('a module', () => {
  it('tells from where it imports, each place once', () => {
    const imports = list(
      importOfFunction('env', 'a'),
      importOfFunction('wasi_snapshot_preview1', 'b'),
      importOfFunction('env', 'c'),
    );
    const bytes = core(section(1, list(functionType())), section(2, imports));
    expect(isModule(bytes)).toBe(true);
    expect(one(bytes)).toMatchObject({ kind: 'module', depth: 0, imports: ['env', 'wasi_snapshot_preview1'] });
  });

  it('tells how large its memories are and may become, those that it imports among them', () => {
    const imported = section(2, list([...name('env'), ...name('memory'), 2, ...memory([0])]));
    expect(one(core(imported)).memories).toMatchObject([{ min: 0n, max: undefined, imported: true }]);
    expect(one(core(section(5, list(memory([1, 200]))))).memories).toMatchObject([
      { min: 1n, max: 200n, memory64: false, shared: false, imported: false },
    ]);
    const shared = core(section(5, list(memory([1, 2], 2))));
    expect(one(shared)).toMatchObject({ memories: [{ shared: true }], features: ['atomics'] });
    const wide = core(section(5, list([5, 1, ...Array.from({ length: 6 }, () => 0x80), 1])));
    expect(one(wide)).toMatchObject({ memories: [{ memory64: true, max: 2n ** 42n }], features: ['memory64'] });
    expect(one(core(section(5, list(memory([1]), memory([1]))))).features).toEqual(['multimemory']);
    expect(one(core(section(5, list([8, 1, 0])))).memories).toMatchObject([{ ownPages: true }]);
  });

  it('tells what it declares, whatever prefix older tools write', () => {
    const declared = core(targetFeatures('+simd128', '=sign-ext', '-atomics'));
    expect(one(declared)).toMatchObject({ declared: ['sign-ext', 'simd128'], features: [] });
    expect(one(core(section(0, [...name('producers'), 0xff, 0xff]))).declared).toEqual([]);
  });

  const bodies: readonly (readonly [string, Bytes])[] = [
    ['sign-ext', [0x41, 0, 0xc0, 0x1a]],
    ['nontrapping-fptoint', [0x43, 0, 0, 0, 0, 0xfc, 0, 0x1a]],
    ['simd128', [0xfd, 12, ...Array.from({ length: 16 }, () => 0x0b), 0x1a]],
    ['relaxed-simd', [...v(), ...v(), 0xfd, 0x80, 0x02, 0x1a]],
    ['tail-call', [0x12, 0]],
    ['multivalue', [0x02, 0, 0x0b]],
    ['reference-types', [0xd0, 0x70, 0x1a]],
    ['atomics', [0xfe, 3, 0]],
    ['exception-handling', [0x1f, 0x40, 0, 0x0b]],
    ['gc', [0x41, 0, 0xfb, 28, 0x1a]],
  ];
  for (const [feature, body] of bodies) {
    it(`tells that an instruction needs ${feature}`, () => {
      const bytes = withBody(body);
      expect(one(bytes).features).toContain(feature);
      if (feature !== 'relaxed-simd') expect(isModule(bytes)).toBe(true);
    });
  }
  function v(): Bytes {
    return [0xfd, 12, ...Array.from({ length: 16 }, () => 0)];
  }

  it('tells that bulk memory is needed, by instructions and by data', () => {
    const withMemory = (body: Bytes) => withBody(body, section(5, list(memory([1, 1]))));
    expect(one(withMemory([0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0])).features).toEqual(['bulk-memory']);
    expect(one(core(section(5, list(memory([1, 1]))), section(12, [0]))).features).toEqual(['bulk-memory']);
    expect(one(core(section(11, list([1, 1, 7])))).features).toEqual(['bulk-memory']);
  });

  it('tells what types, globals and constant expressions need', () => {
    const features = (...sections: readonly Bytes[]) => one(core(...sections)).features;
    expect(features(section(1, list(functionType([], [i32, i32]))))).toEqual(['multivalue']);
    expect(features(section(1, list(functionType([v128]))))).toEqual(['simd128']);
    expect(features(section(1, list([0x5f, 1, 0x78, 1])))).toEqual(['gc']);
    expect(features(section(1, list([0x4e, 1, 0x50, 0, 0x60, 0, 0])))).toEqual(['gc']);
    expect(features(section(6, list([i32, 1, ...zero])))).toEqual([]);
    const exported = section(7, list([...name('g'), 3, 0]));
    expect(features(section(6, list([i32, 1, ...zero])), exported)).toEqual(['mutable-globals']);
    expect(features(section(6, list([i32, 0, ...zero])), exported)).toEqual([]);
    expect(features(section(2, list([...name('m'), ...name('g'), 3, i32, 1])))).toEqual(['mutable-globals']);
    expect(features(section(6, list([i32, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b])))).toEqual(['extended-const']);
    expect(features(section(4, list([0x70, 0, 1])))).toEqual([]);
    expect(features(section(4, list([0x6f, 0, 1])))).toEqual(['reference-types']);
    expect(features(section(13, list([0, 0])))).toEqual(['exception-handling']);
  });

  it('tells of elements that are passive, or expressions', () => {
    const features = (element: Bytes) => one(core(section(9, list(element)))).features;
    expect(features([0, ...zero, 1, 0])).toEqual([]);
    expect(features([1, 0, 1, 0])).toEqual(['bulk-memory']);
    expect(features([4, ...zero, 1, 0xd2, 0, 0x0b])).toEqual(['reference-types']);
    expect(features([7, 0x70, 1, 0xd0, 0x70, 0x0b])).toEqual(['bulk-memory', 'reference-types']);
  });

  it('is read to its last instruction, as compilers write it', () => {
    const library = createRequire(import.meta.url).resolve('playwright-core');
    const bytes = readFileSync(join(dirname(library), 'lib/webp_codec.wasm'));
    expect(isModule(bytes)).toBe(true);
    expect(one(bytes)).toMatchObject({
      imports: ['a'],
      memories: [{ min: 258n, max: 32768n }],
      features: ['bulk-memory', 'nontrapping-fptoint', 'sign-ext', 'simd128'],
    });
  });
});

describe('a component', () => {
  const inner = core(section(5, list(memory([1]))), targetFeatures('+sign-ext'));

  it('tells what it imports, and what lies in it, however deep', () => {
    const nested = component(section(10, list(importOfInstance('inner:only/x'))), inside(inner));
    const bytes = component(
      section(7, list([0x42, 0])),
      section(10, list(importOfInstance('wasi:http/types@0.2.0'), [1, ...name('wasi:io/streams@0.2.0'), 5, 0])),
      inside(nested),
      inside(inner),
    );
    expect(read(bytes).map(({ kind, depth, imports, memories }) => [kind, depth, imports, memories.length])).toEqual([
      ['component', 0, ['wasi:http/types@0.2.0', 'wasi:io/streams@0.2.0'], 0],
      ['component', 1, ['inner:only/x'], 0],
      ['module', 2, [], 1],
      ['module', 1, [], 1],
    ]);
  });

  it('has imports of every kind', () => {
    const kinds: readonly Bytes[] = [
      [0, 0x11, 0],
      [1, 0],
      [2, 0, 0],
      [2, 1, 0x7f],
      [3, 0, 0],
      [3, 1],
      [4, 0],
      [5, 0],
    ];
    const imports = list(...kinds.map((kind, at) => [0, ...name(`i${at}`), ...kind]));
    expect(one(component(section(10, imports))).imports).toHaveLength(kinds.length);
  });
});

describe('what is no WebAssembly', () => {
  const module = core(section(1, list(functionType())));
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', new Uint8Array(), /ends too soon/],
    ['a preamble alone', module.subarray(0, 7), /ends too soon/],
    ['another version', Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /no known version/],
    ['an archive', Uint8Array.from(Buffer.from('index.js\0\0\0\0')), /no known version/],
    ['a section that is longer than the file', core([1, 0xff, 0xff, 0x03]), /ends too soon/],
    [
      'a section that is shorter than what is in it',
      core(section(1, [...list(functionType()), 0])),
      /bytes left in the section 1/,
    ],
    ['a section twice', core(section(1, [0]), section(1, [0])), /section 1 twice/],
    ['sections in another order', core(section(5, [0]), section(4, [0])), /not in its place/],
    ['an unknown section', core(section(14, [])), /unknown section 14/],
    ['a number of six bytes', core(section(1, [0x80, 0x80, 0x80, 0x80, 0x80, 0])), /more than five bytes/],
    ['a number of 33 bits', core(section(1, [0xff, 0xff, 0xff, 0xff, 0x1f])), /more than 32 bits/],
    ['more imports than there are', core(section(2, [0xff, 0xff, 0xff, 0xff, 0x0f])), /ends too soon/],
    ['a name that is no text', core(section(2, list([1, 0xff, 0, 0, 0]))), /no UTF-8/],
    ['an import of an unknown kind', core(section(2, list([0, 0, 9, 0]))), /unknown kind 9/],
    ['an unknown instruction', withBody([0xff]), /unknown opcode 0xff/],
    ['an unknown instruction of vectors', withBody([0xfd, 0x80, 0x08]), /unknown opcode 0xfd/],
    ['an unknown instruction of threads', withBody([0xfe, 5]), /unknown opcode 0xfe/],
    ['a function that goes on behind its end', withBody([0x0b, 0x01]), /bytes left in a function/],
    ['a block without an end', withBody([0x02, 0x40]), /ends too soon/],
    ['a type that nothing has', core(section(1, list(functionType([0x11])))), /unknown type 0x11/],
    ['a memory of an unknown kind', core(section(5, list([16, 1]))), /limits of an unknown kind/],
    ['a feature by an unknown sign', core(targetFeatures('?simd128')), /unknown sign/],
    ['an unknown section of a component', component(section(13, [])), /unknown section 13/],
    [
      'a component with a module of another format',
      component(section(1, [1, 2, 3, 4, 5, 6, 7, 8])),
      /no known version/,
    ],
    [
      'imports of a component that are longer',
      component(section(10, [...list(importOfInstance('a:b/c')), 0])),
      /bytes left/,
    ],
  ];
  for (const [what, bytes, said] of cases) {
    it(`is told of ${what}`, () => {
      expect(problem(bytes)).toMatch(/^no WebAssembly: at byte \d+ it /);
      expect(problem(bytes)).toMatch(said);
    });
  }

  it('is more than anybody reads: names, memories, modules in modules', () => {
    const names = (count: number, length = 4) =>
      core(
        section(
          2,
          list(...Array.from({ length: count }, (_, at) => importOfFunction(`${at}`.padStart(length, 'x'), ''))),
        ),
      );
    expect(one(names(limits.moduleNames)).imports).toHaveLength(limits.moduleNames);
    expect(problem(names(limits.moduleNames + 1))).toMatch(/more than 1024 names/);
    expect(problem(names(2, limits.moduleNameCharacters))).toMatch(/too long/);
    const memories = (count: number) => core(section(5, list(...Array.from({ length: count }, () => memory([1])))));
    expect(one(memories(limits.moduleMemories)).memories).toHaveLength(limits.moduleMemories);
    expect(problem(memories(limits.moduleMemories + 1))).toMatch(/more than 64 memories/);
    const modules = (count: number) => component(...Array.from({ length: count }, () => inside(core())));
    expect(read(modules(limits.modules - 1))).toHaveLength(limits.modules);
    expect(problem(modules(limits.modules))).toMatch(/more than 256 modules/);
    const nested = (depth: number): Uint8Array => component(...(depth === 0 ? [] : [inside(nested(depth - 1))]));
    expect(read(nested(limits.moduleDepth - 1))).toHaveLength(limits.moduleDepth);
    expect(problem(nested(limits.moduleDepth))).toMatch(/more than 8 deep/);
  });

  it('ends every reading, whichever byte is changed', () => {
    const bytes = component(
      section(10, list(importOfInstance('wasi:io/streams@0.2.0'))),
      inside(withBody([0x02, 0x40, 0x41, ...u32(5), 0x0e, 1, 0, 0, 0x0b], section(5, list(memory([1, 2]))))),
    );
    expect(read(bytes)).toHaveLength(2);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const byte of [0, 0x0b, 0x7f, 0x80, 0xff]) {
        const changed = bytes.with(at, byte);
        expect(['modules', 'problem']).toContain(readModules(changed).kind);
        expect(['modules', 'problem']).toContain(readModules(changed.subarray(0, at)).kind);
      }
    }
  });
});
