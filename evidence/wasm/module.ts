import { limits } from '../limits.ts';
import { Bytes, NotWasm } from './bytes.ts';
import { readComponent } from './component.ts';
import { readCore } from './core.ts';

/** A core module or a component, and what it says that it needs. */
export interface WasmModule {
  readonly kind: 'module' | 'component';
  /** 0 for what the bytes are, 1 for what lies in that, and so on: what lies in a component gets its imports from there. */
  readonly depth: number;
  /** Each once: the modules that a core module imports from, the names that a component imports. */
  readonly imports: readonly string[];
  /** Of a core module, those that it imports among them. */
  readonly memories: readonly WasmMemory[];
  /** What its types, sections and instructions need beyond the first version of WebAssembly; of a component nothing is told. */
  readonly features: readonly string[];
  /** What its section `target_features` says that it uses. */
  readonly declared: readonly string[];
}

/** A memory; sizes in pages, of 64 KiB unless it says otherwise. */
export interface WasmMemory {
  readonly min: bigint;
  /** Undefined where it may grow without bound. */
  readonly max: bigint | undefined;
  readonly memory64: boolean;
  readonly shared: boolean;
  readonly imported: boolean;
  /** It says how large its pages are. */
  readonly ownPages: boolean;
}

export type ReadModules =
  | { readonly kind: 'modules'; readonly modules: readonly WasmModule[] }
  | { readonly kind: 'problem'; readonly detail: string };

/** The binary format of WebAssembly (core spec 3.0, 5.5) and of its component model (Binary.md): what the bytes are, then all that lies in it. Whatever they hold, it throws nothing. */
export function readModules(bytes: Uint8Array): ReadModules {
  const modules: WasmModule[] = [];
  try {
    readBinary(new Bytes(bytes), 0, modules);
    return { kind: 'modules', modules };
  } catch (thrown) {
    if (thrown instanceof NotWasm) return { kind: 'problem', detail: thrown.message };
    throw thrown;
  }
}

/** One binary of either kind, all of its bytes. */
export function readBinary(bytes: Bytes, depth: number, modules: WasmModule[]): void {
  if (modules.length === limits.modules) throw bytes.wrong(`has more than ${limits.modules} modules and components`);
  const preamble = Array.from({ length: 8 }, () => bytes.byte()).join(' ');
  if (preamble === '0 97 115 109 1 0 0 0') modules.push({ ...readCore(bytes), kind: 'module', depth });
  else if (preamble === '0 97 115 109 13 0 1 0') readComponent(bytes, depth, modules);
  else throw bytes.wrong('is of no known version');
}
