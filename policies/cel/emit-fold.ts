import type { FoldNode } from './ast.ts';
import { isConstant } from './attribute.ts';
import { nodeCost } from './cost.ts';
import type { Atom, Emit, Emitter } from './emitter.ts';
import { entryName } from './macro/fold.ts';
import { maxListLength } from './limits.ts';

/** A macro as the loop that it means. Units are those of the expanded tree, round by round. */
export function emitFold(emitter: Emitter, node: FoldNode, emit: Emit): Atom {
  switch (node.macro) {
    case 'bind':
      return bound(emitter, node, emit);
    case 'all':
      return decided(emitter, node, emit, false);
    case 'exists':
      return decided(emitter, node, emit, true);
    case 'existsOne':
      return counted(emitter, node, emit);
    case 'list':
      return collected(emitter, node, emit);
    case 'map':
    case 'mapEntry':
      return entered(emitter, node, emit);
  }
}

/** A bound value is computed where it is first read, if it is. */
function bound(emitter: Emitter, node: FoldNode, emit: Emit): Atom {
  const [value, ready, compute] = [emitter.fresh(), emitter.fresh(), emitter.fresh()];
  emitter.line(`let ${value}, ${ready} = false;`);
  emitter.block(`const ${compute} = () =>`, () => {
    const atom = emit(emitter, node.initial);
    emitter.line(`${value} = ${atom.code}; ${ready} = true;`);
  });
  const atom: Atom = { code: value, shape: 'any', before: `if (!${ready}) ${compute}();` };
  return emitter.within([{ name: node.accumulator, atom }], () => emit(emitter, node.body));
}

/** `all` ends with the first false, `exists` with the first true; where elements are left, the condition is read once more. */
function decided(emitter: Emitter, node: FoldNode, emit: Emit, decisive: boolean): Atom {
  const condition = decisive ? 3 : 2;
  const result = emitter.fresh();
  loop(
    emitter,
    node,
    emit,
    () => emitter.line(`let ${result} = ${!decisive};`),
    ({ at, length }) => {
      emitter.charge(condition + nodeCost.read);
      const { code, shape } = emit(emitter, node.body);
      emitter.flush();
      emitter.line(
        `if (${code} === ${decisive}) { ${result} = ${decisive}; if (${at} + 1 < ${length}) c += ${condition}; break; }`,
      );
      if (shape !== 'bool') emitter.line(`if (${code} !== ${!decisive}) throw X;`);
    },
  );
  emitter.charge(nodeCost.read);
  return { code: result, shape: 'bool' };
}

function counted(emitter: Emitter, node: FoldNode, emit: Emit): Atom {
  const count = emitter.fresh();
  loop(
    emitter,
    node,
    emit,
    () => emitter.line(`let ${count} = 0;`),
    () => {
      const { code, shape } = emit(emitter, node.body);
      emitter.flush();
      emitter.line(`if (${code} === true) { ${count}++; c += 2; }`);
      if (shape !== 'bool') emitter.line(`else if (${code} !== false) throw X;`);
    },
  );
  emitter.charge(nodeCost.read + 1);
  return emitter.variable(`${count} === 1`, 'bool');
}

function collected(emitter: Emitter, node: FoldNode, emit: Emit): Atom {
  const made = emitter.fresh();
  loop(
    emitter,
    node,
    emit,
    () => emitter.line(`const ${made} = [];`),
    () => {
      filter(emitter, node, emit);
      emitter.charge(nodeCost.read + (isConstant(emitter.checked, node.body) ? 0 : nodeCost.list) + 1);
      const element = emit(emitter, node.body);
      emitter.refuseSpecial(element);
      emitter.flush();
      emitter.line(`if (${made}.push(${element.code}) > ${maxListLength}) throw X;`);
    },
  );
  emitter.charge(nodeCost.read);
  return { code: made, shape: 'any' };
}

function entered(emitter: Emitter, node: FoldNode, emit: Emit): Atom {
  const builder = emitter.fresh();
  loop(
    emitter,
    node,
    emit,
    () => emitter.line(`const ${builder} = new Entries();`),
    () => {
      filter(emitter, node, emit);
      emitter.charge(nodeCost.read + 1);
      const [key, value] = node.body.kind === 'call' && node.body.name === entryName ? node.body.args : [];
      const keyAtom = key && emit(emitter, key);
      const body = emit(emitter, value ?? node.body);
      emitter.refuseSpecial(body);
      if (keyAtom) emitter.refuseSpecial(keyAtom);
      emitter.line(keyAtom ? `${builder}.add(${keyAtom.code}, ${body.code});` : `${builder}.addAll(${body.code});`);
    },
  );
  emitter.charge(nodeCost.read);
  return emitter.variable(`${builder}.map()`);
}

function filter(emitter: Emitter, node: FoldNode, emit: Emit): void {
  if (!node.filter) return;
  const { code, shape } = emit(emitter, node.filter);
  emitter.flush();
  emitter.line(`if (${code} === false) continue;`);
  if (shape !== 'bool') emitter.line(`if (${code} !== true) throw X;`);
}

/** One pass over a list, or over the keys of a map. Going over the budget ends it within a round. */
function loop(
  emitter: Emitter,
  node: FoldNode,
  emit: Emit,
  before: () => void,
  body: (names: { readonly at: string; readonly length: string }) => void,
): void {
  const over = emit(emitter, node.over);
  before();
  const at = emitter.fresh();
  const length = emitter.fresh();
  const items = emitter.fresh();
  const first: Atom = { code: emitter.fresh(), shape: 'any' };
  const two = node.secondVariable !== undefined;
  emitter.line(
    `const ${items} = Array.isArray(${over.code}) ? ${over.code} : ${two ? 'pairs' : 'keys'}(${over.code});`,
  );
  emitter.line(`const ${length} = ${items}.length;`);
  emitter.block(`for (let ${at} = 0; ${at} < ${length}; ${at}++)`, () => {
    emitter.line('if (c > L) throw X;');
    const locals = [{ name: node.variable, atom: first }];
    if (node.secondVariable === undefined) emitter.line(`const ${first.code} = ${items}[${at}];`);
    else {
      const second: Atom = { code: emitter.fresh(), shape: 'any' };
      locals.push({ name: node.secondVariable, atom: second });
      emitter.line(`const ${first.code} = ${items} === ${over.code} ? ${at} : ${items}[${at}][0];`);
      emitter.line(`const ${second.code} = ${items} === ${over.code} ? ${items}[${at}] : ${items}[${at}][1];`);
    }
    emitter.within(locals, () => body({ at, length }));
  });
}
