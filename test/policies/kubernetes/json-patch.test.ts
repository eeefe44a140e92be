import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatchFault } from '../../../policies/kubernetes/fault.ts';
import { jsonPatch, type JsonPatchStep } from '../../../policies/kubernetes/json-patch.ts';
import { limits } from '../../../policies/limits.ts';

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shop', labels: { app: 'shop', 'acme.dev/tier': 'web', 'a~b': 'tilde' } },
  list: ['a', 'b', 'c'],
  deep: [{ name: 'one', values: [1, 2] }],
  empty: {},
  nothing: null,
};

const patched = (steps: readonly JsonPatchStep[]): unknown => {
  const before = JSON.stringify(object);
  const made = jsonPatch(object, steps);
  expect(JSON.stringify(object)).toBe(before);
  return made instanceof PatchFault ? made.detail : made;
};

describe('a JSON Patch', () => {
  const good: readonly (readonly [string, readonly JsonPatchStep[], object])[] = [
    ['nothing at all', [], object],
    ['add a member', [{ op: 'add', path: '/data', value: { a: 'b' } }], { ...object, data: { a: 'b' } }],
    ['add in place of a member', [{ op: 'add', path: '/list', value: 1 }], { ...object, list: 1 }],
    ['add before an item', [{ op: 'add', path: '/list/1', value: 'x' }], { ...object, list: ['a', 'x', 'b', 'c'] }],
    ['add at the end', [{ op: 'add', path: '/list/-', value: 'x' }], { ...object, list: ['a', 'b', 'c', 'x'] }],
    [
      'add at the index after the last',
      [{ op: 'add', path: '/list/3', value: 'x' }],
      { ...object, list: ['a', 'b', 'c', 'x'] },
    ],
    ['add at -1', [{ op: 'add', path: '/list/-1', value: 'x' }], { ...object, list: ['a', 'b', 'c', 'x'] }],
    ['add at -4', [{ op: 'add', path: '/list/-4', value: 'x' }], { ...object, list: ['x', 'a', 'b', 'c'] }],
    ['add at +1', [{ op: 'add', path: '/list/+1', value: 'x' }], { ...object, list: ['a', 'x', 'b', 'c'] }],
    ['add no value', [{ op: 'add', path: '/empty/x' }], { ...object, empty: { x: null } }],
    [
      'a list in a list',
      [{ op: 'add', path: '/deep/0/values/0', value: 0 }],
      { ...object, deep: [{ name: 'one', values: [0, 1, 2] }] },
    ],
    [
      'remove a member',
      [
        { op: 'remove', path: '/empty' },
        { op: 'remove', path: '/nothing' },
      ],
      without('empty', 'nothing'),
    ],
    ['remove an item', [{ op: 'remove', path: '/list/0' }], { ...object, list: ['b', 'c'] }],
    ['remove the last item', [{ op: 'remove', path: '/list/-1' }], { ...object, list: ['a', 'b'] }],
    ['replace a member', [{ op: 'replace', path: '/list', value: {} }], { ...object, list: {} }],
    ['replace what is missing', [{ op: 'replace', path: '/empty/x', value: 1 }], { ...object, empty: { x: 1 } }],
    ['replace an item', [{ op: 'replace', path: '/list/-3', value: 'x' }], { ...object, list: ['x', 'b', 'c'] }],
    [
      'replace the object, whose kind stays',
      [{ op: 'replace', path: '', value: { data: { a: 'b' } } }],
      { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } },
    ],
    [
      'move a member',
      [{ op: 'move', from: '/list/0', path: '/empty/a' }],
      { ...object, list: ['b', 'c'], empty: { a: 'a' } },
    ],
    [
      'copy a member',
      [
        { op: 'copy', from: '/list', path: '/empty/a' },
        { op: 'remove', path: '/list/0' },
      ],
      { ...object, list: ['b', 'c'], empty: { a: ['a', 'b', 'c'] } },
    ],
    ['copy what is missing', [{ op: 'copy', from: '/gone', path: '/empty/a' }], { ...object, empty: { a: null } }],
    [
      'a test that holds',
      [
        { op: 'test', path: '/list', value: ['a', 'b', 'c'] },
        { op: 'remove', path: '/list' },
      ],
      without('list'),
    ],
    [
      'a test of the whole',
      [
        { op: 'test', path: '', value: object },
        { op: 'remove', path: '/list' },
      ],
      without('list'),
    ],
    [
      'a test that nothing is there',
      [
        { op: 'test', path: '/gone' },
        { op: 'remove', path: '/list' },
      ],
      without('list'),
    ],
    ['a path without its slash', [{ op: 'remove', path: 'ignored/list' }], without('list')],
    ['an empty key', [{ op: 'add', path: '/empty/', value: 1 }], { ...object, empty: { '': 1 } }],
  ];
  for (const [name, steps, expected] of good)
    it(`makes ${name}`, () => {
      expect(patched(steps)).toEqual(expected);
    });

  it('A-PRS-7: reads ~1 as a slash and ~0 as a tilde, once', () => {
    const steps = [
      { op: 'replace', path: '/metadata/labels/acme.dev~1tier', value: 'db' },
      { op: 'remove', path: '/metadata/labels/a~0b' },
      { op: 'add', path: '/metadata/labels/~01', value: 'literal' },
    ];
    expect(patched(steps)).toMatchObject({
      metadata: { labels: { app: 'shop', 'acme.dev/tier': 'db', '~1': 'literal' } },
    });
    expect(patched(steps)).not.toHaveProperty(['metadata', 'labels', 'a~b']);
  });

  const untrue: readonly JsonPatchStep[] = [
    { op: 'test', path: '/list', value: ['a', 'b'] },
    { op: 'test', path: '/list', value: ['a', 'c', 'b'] },
    { op: 'test', path: '/kind', value: 'Secret' },
    { op: 'test', path: '/kind' },
    { op: 'test', path: '/gone', value: null },
    { op: 'test', path: '/nothing', value: null },
    { op: 'test', path: '/empty', value: [] },
    { op: 'test', path: '/metadata/labels', value: { app: 'shop' } },
    { op: 'test', path: '/metadata/labels', value: { app: 'shop', 'a~b': 'tilde', toString: 'web' } },
    { op: 'test', path: '', value: {} },
    { op: 'test', path: '/toString', value: 'x' },
  ];
  for (const step of untrue)
    it(`leaves the object as it is where ${JSON.stringify(step)} does not hold`, () => {
      expect(
        jsonPatch(object, [{ op: 'remove', path: '/list' }, { op: 'add', path: '/list', value: object.list }, step]),
      ).toBe(object);
    });

  const bad: readonly (readonly [JsonPatchStep, RegExp])[] = [
    [{ op: 'add', path: '/gone/x', value: 1 }, /no object or list at \/gone/],
    [{ op: 'add', path: '/nothing/x', value: 1 }, /no object or list at \/nothing/],
    [{ op: 'add', path: '/kind/x', value: 1 }, /no object or list at \/kind/],
    [{ op: 'add', path: '/deep/0/values/0/x', value: 1 }, /no object or list at \/deep\/0\/values\/0/],
    [{ op: 'add', path: '/list/4', value: 1 }, /no index 4/],
    [{ op: 'add', path: '/list/-5', value: 1 }, /no index -5/],
    [{ op: 'add', path: '/list/x', value: 1 }, /x is no index/],
    [{ op: 'add', path: '/list/1e0', value: 1 }, /1e0 is no index/],
    [{ op: 'add', path: '/list/', value: 1 }, /"" is no index/],
    [{ op: 'add', path: '', value: {} }, /no JSON pointer/],
    [{ op: 'add', path: 'list', value: {} }, /no JSON pointer/],
    [{ op: 'remove', path: '' }, /no JSON pointer/],
    [{ op: 'remove', path: '/gone' }, /there is no gone/],
    [{ op: 'remove', path: '/list/3' }, /no index 3/],
    [{ op: 'remove', path: '/list/-' }, /- is no index/],
    [{ op: 'remove', path: '/constructor' }, /there is no constructor/],
    [{ op: 'remove', path: '/__proto__' }, /there is no __proto__/],
    [{ op: 'replace', path: '/list/3', value: 1 }, /no index 3/],
    [{ op: 'replace', path: '', value: [] }, /an object only/],
    [{ op: 'replace', path: '' }, /an object only/],
    [{ op: 'move', path: '/x' }, /no JSON pointer/],
    [{ op: 'move', from: '/gone', path: '/x' }, /there is no gone/],
    [{ op: 'move', from: '/deep', path: '/deep/0/x' }, /no object or list at \/deep/],
    [{ op: 'copy', path: '/x' }, /no JSON pointer/],
    [{ op: 'copy', from: '/list/7', path: '/x' }, /no index 7/],
    [{ op: 'test', path: '/gone/x', value: 1 }, /no object or list at \/gone/],
    [{ op: 'test', path: '/list/7', value: 1 }, /no index 7/],
    [{ op: 'merge', path: '/list' }, /no such operation/],
    [{ op: '', path: '/list' }, /no such operation/],
    [{ op: 'add', path: '/x', value: 1n }, /JSON does not have/],
    [{ op: 'add', path: '/x', value: Number.NaN }, /JSON does not have/],
    [{ op: 'replace', path: '', value: { x: new Map() } }, /JSON does not have/],
    [{ op: 'test', path: '/x', value: 1n }, /JSON does not have/],
    [{ op: 'add', path: '/a\u0007b', value: 1 }, /cannot be printed/],
    [{ op: 'add', path: '/a\u{e0001}b', value: 1 }, /cannot be printed/],
  ];
  for (const [step, reason] of bad)
    it(`refuses ${step.op} ${JSON.stringify(step.path)} because of what ${String(reason)} says`, () => {
      const made = jsonPatch(object, [{ op: 'remove', path: '/empty' }, step]);
      expect(made).toBeInstanceOf(PatchFault);
      expect(made).toMatchObject({ kind: 'fault', detail: expect.stringMatching(reason) as string });
    });

  it('takes __proto__ for a key like any other, and nothing inherited for a member', () => {
    const made = jsonPatch({ kind: 'x' }, [
      { op: 'add', path: '/__proto__', value: { polluted: true } },
      { op: 'add', path: '/__proto__/deep', value: JSON.parse('{"__proto__": 1}') as object },
    ]);
    expect(JSON.stringify(made)).toBe('{"kind":"x","__proto__":{"polluted":true,"deep":{"__proto__":1}}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(jsonPatch({ kind: 'x' }, [{ op: 'add', path: '/__proto__/polluted', value: true }])).toBeInstanceOf(
      PatchFault,
    );
    expect(
      jsonPatch({ kind: 'x' }, [{ op: 'add', path: '/constructor/prototype/polluted', value: true }]),
    ).toBeInstanceOf(PatchFault);
  });

  it('may have a tab, a line end or a C1 control in its path, as JSON may', () => {
    const path = '/a\t\n\u0085';
    expect(jsonPatch({ kind: 'x' }, [{ op: 'add', path, value: 1 }])).toEqual({ kind: 'x', [path.slice(1)]: 1 });
  });

  it('is told from an object that says it is a fault', () => {
    const odd = { kind: 'fault', detail: 'not one' };
    expect(jsonPatch(odd, [])).toEqual(odd);
    expect(jsonPatch(odd, [])).not.toBeInstanceOf(PatchFault);
  });

  it('shares nothing with the values it was given', () => {
    const value = { list: [1] };
    const made = jsonPatch({ kind: 'x' }, [
      { op: 'add', path: '/one', value },
      { op: 'add', path: '/two', value },
      { op: 'add', path: '/one/list/-', value: 2 },
    ]);
    expect(made).toEqual({ kind: 'x', one: { list: [1, 2] }, two: { list: [1] } });
    expect(value).toEqual({ list: [1] });
  });

  it(`has at most ${limits.jsonPatchSteps} operations`, () => {
    const step = { op: 'test', path: '/kind', value: 'ConfigMap' };
    expect(
      jsonPatch(
        object,
        Array.from({ length: limits.jsonPatchSteps }, () => step),
      ),
    ).toEqual(object);
    expect(patched(Array.from({ length: limits.jsonPatchSteps + 1 }, () => step))).toMatch(/at most 10000 operations/);
  });

  it(`writes at most ${limits.jsonPatchWritten} characters, copies of copies included`, () => {
    const twice = (index: number): JsonPatchStep => ({ op: 'copy', from: '/list', path: `/list/${index}` });
    expect(patched(Array.from({ length: 5 }, (_, index) => twice(index)))).toHaveProperty('list.length', 8);
    expect(patched(Array.from({ length: 60 }, () => twice(0)))).toMatch(/come to at most/);
    const long = 'x'.repeat(limits.jsonPatchWritten);
    expect(patched([{ op: 'add', path: '/x', value: long }])).toMatch(/come to at most/);
  });

  it(`neither leads nor makes deeper than ${limits.documentDepth} levels`, () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < limits.documentDepth; depth++) deep = [deep];
    expect(patched([{ op: 'add', path: '/x', value: deep }])).toMatch(/nested deeper/);
    expect(patched([{ op: 'add', path: '/x'.repeat(limits.documentDepth + 2), value: 1 }])).toMatch(
      /deeper than 200 levels/,
    );
    expect(jsonPatch({ kind: deep }, [])).toBeInstanceOf(PatchFault);
  });

  it('undoes by a move what a move did', () => {
    const keys = fc.constantFrom('a', 'b', '__proto__', 'c/d', '~');
    const objects = fc.dictionary(keys, fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(objects, (given) => {
        const [key] = Object.keys(given);
        const path = `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const made = jsonPatch(given, [
          { op: 'move', from: path, path: '/elsewhere' },
          { op: 'move', from: '/elsewhere', path },
        ]);
        expect(made).toEqual(given);
      }),
    );
  });
});

function without(...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

describe('what a JSON Patch leaves', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web' }] } };
  const left = (steps: readonly JsonPatchStep[], before: object = pod): unknown => {
    const made = jsonPatch(before, steps);
    return made instanceof PatchFault ? made.detail : made;
  };
  const wrong: readonly (readonly [string, JsonPatchStep, RegExp])[] = [
    ['another kind', { op: 'replace', path: '/kind', value: 'Secret' }, /another kind/],
    ['another version', { op: 'replace', path: '/apiVersion', value: 'v2' }, /another kind/],
    ['an unknown field', { op: 'add', path: '/spec/shop', value: 1 }, /cannot be read: spec\.shop is no field/],
    [
      'text for a number',
      { op: 'add', path: '/spec/priority', value: '1' },
      /spec\.priority is a string, not an integer/,
    ],
    [
      'what is no quantity',
      { op: 'add', path: '/spec/overhead', value: { cpu: 'much' } },
      /spec\.overhead\.cpu is a string, not a quantity/,
    ],
  ];
  it.each(wrong)('is not %s', (_name, step, detail) => {
    expect(left([step])).toMatch(detail);
  });

  it('may be null, and have items twice', () => {
    const containers = [{ name: 'web' }, { name: 'web' }];
    expect(
      left([
        { op: 'add', path: '/spec/hostname', value: null },
        { op: 'add', path: '/spec/containers', value: containers },
      ]),
    ).toEqual({ ...pod, spec: { hostname: null, containers } });
  });

  it('has the kind that the object had, where the patch takes it away', () => {
    expect(left([{ op: 'remove', path: '/kind' }])).toEqual(pod);
    const shop = { apiVersion: 'acme.dev/v1', kind: 'Shop' };
    expect(left([{ op: 'remove', path: '/kind' }], shop)).toMatch(/another kind/);
    expect(left([{ op: 'add', path: '/spec', value: { a: 1 } }], shop)).toEqual({ ...shop, spec: { a: 1 } });
  });

  it('is no fault of the patch where the object was wrong before', () => {
    const before = { ...pod, shop: 1 };
    expect(left([{ op: 'add', path: '/spec/hostname', value: 'a' }], before)).toMatchObject({
      shop: 1,
      spec: { hostname: 'a' },
    });
  });
});
