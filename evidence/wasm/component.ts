import { limits } from '../limits.ts';
import type { Bytes } from './bytes.ts';
import { readBinary, type WasmModule } from './module.ts';
import { Names } from './names.ts';

const section = { custom: 0, coreModule: 1, component: 4, import: 10, last: 12 } as const;

/** A component behind its preamble: what it imports, and the modules and components in it. What its types and its instances are is gone over. */
export function readComponent(bytes: Bytes, depth: number, modules: WasmModule[]): void {
  if (depth === limits.moduleDepth) throw bytes.wrong(`lies more than ${limits.moduleDepth} deep in others`);
  const imports = new Names(bytes);
  const at = modules.length;
  modules.push({ kind: 'component', depth, imports: [], memories: [], features: [], declared: [] });
  while (!bytes.done) {
    const id = bytes.byte();
    const part = bytes.part();
    if (id === section.coreModule || id === section.component) readBinary(part, depth + 1, modules);
    else if (id === section.import) readImports(part, imports);
    else if (id > section.last) throw bytes.wrong(`has the unknown section ${id}`);
  }
  modules[at] = { kind: 'component', depth, imports: imports.all, memories: [], features: [], declared: [] };
}

function readImports(bytes: Bytes, imports: Names): void {
  for (let left = bytes.u32(); left > 0; left -= 1) {
    if (bytes.byte() > 1) throw bytes.wrong('has a name of an unknown kind');
    imports.add(bytes.name());
    externDescription(bytes);
  }
  bytes.end('its imports');
}

/** core module, func, value, type, component, instance */
function externDescription(bytes: Bytes): void {
  const kind = bytes.byte();
  if (kind > 5) throw bytes.wrong(`has an import of the unknown kind ${kind}`);
  if (kind === 0 && bytes.byte() !== 0x11) throw bytes.wrong('has a core import that is no module');
  if (kind === 3 && bytes.byte() === 1) return;
  if (kind === 2) bytes.byte();
  bytes.number(5);
}
