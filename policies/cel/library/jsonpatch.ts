import { traverses } from '../cost.ts';
import { type Library, overload } from '../function.ts';

/** What expressions that make JSON Patches need. */
export const jsonpatchLibrary: Library = {
  name: 'jsonpatch',
  functions: [
    {
      name: 'jsonpatch.escapeKey',
      summary: 'A key as it stands in a JSON Pointer: ~ becomes ~0, / becomes ~1.',
      examples: [["jsonpatch.escapeKey('k8s.io/a~b')", "'k8s.io~1a~0b'"]],
      overloads: [
        overload(
          'string_jsonpatch_escapeKey',
          '(string) -> string',
          (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
          {
            cost: traverses(),
            costByName: true,
          },
        ),
      ],
    },
  ],
};
