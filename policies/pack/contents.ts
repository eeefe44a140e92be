import { readAbout } from '../about.ts';
import { parseDocuments } from '../document.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';
import type { CataloguedPack } from './catalogue.ts';
import type { Library } from './library.ts';
import { readPack } from './open.ts';
import { chooseProfiles } from './profile.ts';

/** Everything that a library holds, as catalogue and lists show it; a pack that cannot be read throws, for it is our own. */
export async function readLibrary(library: Library): Promise<readonly CataloguedPack[]> {
  return await Promise.all((await library.packs()).map((name) => readContents(library, name)));
}

async function readContents(library: Library, name: string): Promise<CataloguedPack> {
  const pack = readPack((await library.read(name, 'pack.yaml')) ?? '', `${name}/pack.yaml`);
  if (Array.isArray(pack)) throw new Error(pack.join('\n'));
  const profilesOf = new Map<string, string[]>();
  for (const { name: profile } of pack.spec.profiles) {
    const chosen = chooseProfiles(pack, { pack: name, profiles: [profile] });
    for (const policy of chosen.kind === 'chosen' ? chosen.policies.keys() : [])
      profilesOf.set(policy, [...(profilesOf.get(policy) ?? []), profile]);
  }
  const policies = [...profilesOf].map(async ([policy, profiles]) => {
    const { documents } = parseDocuments((await library.read(name, `${policy}.yaml`)) ?? '', `${name}/${policy}.yaml`);
    return documents.map(({ value }) => {
      const metadata = valueAt(value, ['metadata']);
      const parameters = valueAt(value, ['spec', 'paramSchema', 'properties']);
      return {
        name: String(valueAt(metadata, ['name'])),
        about: (isObject(metadata) ? readAbout(metadata) : undefined) ?? {},
        profiles,
        parameters: isObject(parameters) ? { ...parameters } : {},
      };
    });
  });
  return { pack, policies: (await Promise.all(policies)).flat() };
}
