import { limits } from '../limits.ts';
import type { Bytes } from './bytes.ts';
import type { Feature } from './feature.ts';
import { readInstructions, type Use, valueType } from './instructions.ts';
import type { WasmMemory, WasmModule } from './module.ts';
import { Names } from './names.ts';

/** Sections in the order in which they must stand, each at most once (core spec, 5.5.2). */
const order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** A core module behind its preamble. All of its sections but those of others' tools are read to their last byte. */
export function readCore(bytes: Bytes): Omit<WasmModule, 'kind' | 'depth'> {
  const module = new CoreModule(bytes);
  let last = -1;
  while (!bytes.done) {
    const id = bytes.byte();
    const part = bytes.part();
    if (id === 0) {
      module.custom(part);
      continue;
    }
    const place = order.indexOf(id);
    if (place < 0) throw bytes.wrong(`has the unknown section ${id}`);
    if (place <= last) throw bytes.wrong(`has the section ${id} twice, or not in its place`);
    last = place;
    module.section(id, part);
    part.end(`the section ${id}`);
  }
  return module.facts;
}

class CoreModule {
  readonly #imports: Names;
  readonly #declared: Names;
  readonly #features = new Set<Feature>();
  readonly #memories: WasmMemory[] = [];
  /** Whether each global is mutable, the imported ones first. */
  readonly #globals: boolean[] = [];
  #tables = 0;

  constructor(bytes: Bytes) {
    this.#imports = new Names(bytes);
    this.#declared = new Names(bytes);
  }

  get facts(): Omit<WasmModule, 'kind' | 'depth'> {
    return {
      imports: this.#imports.all,
      memories: this.#memories,
      features: [...this.#features].sort(),
      declared: [...this.#declared.all].sort(),
    };
  }

  readonly #use: Use = (feature) => void this.#features.add(feature);

  /** `target_features` names what the module uses (`+`, or `=` of older tools) and what it must not be linked with (`-`). */
  custom(part: Bytes): void {
    if (part.name() !== 'target_features') return;
    each(part, () => {
      const prefix = part.byte();
      const name = part.name();
      if (prefix === 0x2b || prefix === 0x3d) this.#declared.add(name);
      else if (prefix !== 0x2d) throw part.wrong('declares a feature by an unknown sign');
    });
    part.end('target_features');
  }

  section(id: number, part: Bytes): void {
    switch (id) {
      case 1:
        return each(part, () => this.#type(part, part.byte()));
      case 2:
        return each(part, () => this.#import(part));
      case 3:
        return each(part, () => part.u32());
      case 4:
        return each(part, () => this.#table(part));
      case 5:
        return each(part, () => this.#memory(part, false));
      case 6:
        return each(part, () => {
          this.#global(part);
          this.#constant(part);
        });
      case 7:
        return each(part, () => this.#export(part));
      case 8:
        return void part.u32();
      case 9:
        return each(part, () => this.#elements(part));
      case 10:
        return each(part, () => this.#code(part.part()));
      case 11:
        return each(part, () => this.#data(part));
      case 12:
        this.#use('bulk-memory');
        return void part.u32();
      default:
        return each(part, () => this.#tag(part));
    }
  }

  /** A function, or what garbage collection brought: struct, array, a subtype, a group. */
  #type(part: Bytes, form: number): void {
    switch (form) {
      case 0x60: {
        each(part, () => valueType(part, this.#use));
        let results = 0;
        each(part, () => {
          valueType(part, this.#use);
          results += 1;
        });
        if (results > 1) this.#use('multivalue');
        return;
      }
      case 0x5f:
        this.#use('gc');
        return each(part, () => this.#field(part));
      case 0x5e:
        this.#use('gc');
        return this.#field(part);
      case 0x50:
      case 0x4f:
        this.#use('gc');
        each(part, () => part.u32());
        return this.#plainType(part, part.byte());
      case 0x4e:
        this.#use('gc');
        return each(part, () => {
          const inner = part.byte();
          if (inner === 0x50 || inner === 0x4f) this.#type(part, inner);
          else this.#plainType(part, inner);
        });
      default:
        throw part.wrong(`has a type of the unknown form 0x${form.toString(16)}`);
    }
  }

  /** Within a subtype or group: these do not nest further. */
  #plainType(part: Bytes, form: number): void {
    if (form === 0x60 || form === 0x5f || form === 0x5e) this.#type(part, form);
    else throw part.wrong(`has a type of the unknown form 0x${form.toString(16)}`);
  }

  /** i8 and i16 are types of fields alone. */
  #field(part: Bytes): void {
    const type = part.peek();
    if (type === 0x77 || type === 0x78) part.skip(1);
    else valueType(part, this.#use);
    part.byte();
  }

  #import(part: Bytes): void {
    this.#imports.add(part.name());
    part.name();
    const kind = part.byte();
    switch (kind) {
      case 0:
        return void part.u32();
      case 1:
        return this.#tableType(part);
      case 2:
        return this.#memory(part, true);
      case 3:
        if (this.#global(part)) this.#use('mutable-globals');
        return;
      case 4:
        return this.#tag(part);
      default:
        throw part.wrong(`has an import of the unknown kind ${kind}`);
    }
  }

  #table(part: Bytes): void {
    if (part.peek() !== 0x40) return this.#tableType(part);
    this.#use('gc');
    part.skip(2);
    this.#tableType(part);
    this.#constant(part);
  }

  #tableType(part: Bytes): void {
    // A list of functions is what the first version has, and one of it.
    if (part.peek() === 0x70) part.skip(1);
    else valueType(part, this.#use);
    if (sizes(part).memory64) this.#use('memory64');
    this.#tables += 1;
    if (this.#tables > 1) this.#use('reference-types');
  }

  #memory(part: Bytes, imported: boolean): void {
    const memory = { ...sizes(part), imported };
    if (this.#memories.length === limits.moduleMemories)
      throw part.wrong(`has more than ${limits.moduleMemories} memories`);
    this.#memories.push(memory);
    if (memory.memory64) this.#use('memory64');
    if (memory.shared) this.#use('atomics');
    if (this.#memories.length > 1) this.#use('multimemory');
  }

  /** Whether it is mutable. */
  #global(part: Bytes): boolean {
    valueType(part, this.#use);
    const mutable = (part.byte() & 1) === 1;
    this.#globals.push(mutable);
    return mutable;
  }

  #export(part: Bytes): void {
    part.name();
    const kind = part.byte();
    const index = part.u32();
    if (kind === 3 && this.#globals[index] === true) this.#use('mutable-globals');
  }

  #tag(part: Bytes): void {
    this.#use('exception-handling');
    part.byte();
    part.u32();
  }

  /** Bits: passive or declarative, an index (of a table) follows, expressions instead of functions. */
  #elements(part: Bytes): void {
    const flags = part.u32();
    if (flags > 7) throw part.wrong('has elements of an unknown kind');
    if ((flags & 1) !== 0) this.#use('bulk-memory');
    if ((flags & 6) !== 0) this.#use('reference-types');
    if ((flags & 1) === 0 && (flags & 2) !== 0) part.u32();
    if ((flags & 1) === 0) this.#constant(part);
    const expressions = (flags & 4) !== 0;
    if ((flags & 3) !== 0) {
      if (expressions) valueType(part, this.#use);
      else part.byte();
    }
    each(part, () => (expressions ? this.#constant(part) : void part.u32()));
  }

  #code(body: Bytes): void {
    each(body, () => {
      body.u32();
      valueType(body, this.#use);
    });
    readInstructions(body, this.#use, 'body');
    body.end('a function');
  }

  #data(part: Bytes): void {
    const flags = part.u32();
    if (flags > 2) throw part.wrong('has data of an unknown kind');
    if (flags === 1) this.#use('bulk-memory');
    if (flags === 2) part.u32();
    if (flags !== 1) this.#constant(part);
    part.part();
  }

  #constant(part: Bytes): void {
    readInstructions(part, this.#use, 'constant');
  }
}

/** A list: its length, then each of its items, of which everyone takes a byte at least. */
function each(part: Bytes, item: () => void): void {
  for (let left = part.u32(); left > 0; left -= 1) item();
}

/** Limits (core spec, 5.3.12): bits for a maximum, for sharing, for 64 bits, and for pages of a size of their own. */
function sizes(part: Bytes): Omit<WasmMemory, 'imported'> {
  const flags = part.byte();
  if (flags > 15) throw part.wrong('has limits of an unknown kind');
  const memory64 = (flags & 4) !== 0;
  const size = (): bigint => (memory64 ? part.u64() : BigInt(part.u32()));
  const min = size();
  const max = (flags & 1) === 0 ? undefined : size();
  const ownPages = (flags & 8) !== 0;
  if (ownPages) part.u32();
  return { min, max, memory64, shared: (flags & 2) !== 0, ownPages };
}
