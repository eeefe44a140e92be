import { limits } from '../limits.ts';
import { descendants, isMap, ownField, pathOf, type Place } from './path.ts';
import type { Search } from './search.ts';

/** Whatever looks like a PodSpec and no line has led to: told by name, since its images are not judged. */
export function tellUnknown(search: Search, root: Place, kind: string): void {
  let left: number = limits.workloadValues;
  const told = new Set<string>();
  for (const place of descendants(root, { spend: () => (left -= 1) >= 0 })) {
    const image = unknownImage(search, place.value);
    if (image === undefined || isAside(place)) continue;
    const path = pathPattern(place);
    if (told.has(path)) continue;
    told.add(path);
    const why = `a PodSpec in ${kind}, of which nothing says where it keeps them`;
    search.tell(place, 'WORKLOAD_UNKNOWN', image, why, lineFor(kind, { podSpecs: [path] }));
  }
  if (left < 0) {
    const why = `${kind} is unknown, and has more than ${limits.workloadValues} values to look for containers in`;
    search.tell(root, 'WORKLOAD_UNKNOWN', '', why);
  }
}

/** The first image of a `containers` list that no line led to. */
function unknownImage({ containers }: Search, value: unknown): string | undefined {
  const list = isMap(value) ? ownField(value, 'containers') : undefined;
  if (!Array.isArray(list)) return undefined;
  const images = list.map((item: unknown) => {
    if (!isMap(item) || containers.has(item) || typeof ownField(item, 'name') !== 'string') return undefined;
    const image = ownField(item, 'image');
    return typeof image === 'string' ? image : undefined;
  });
  return images.find((image) => image !== undefined);
}

/** What is reported of an object, and its annotations, run nothing. */
function isAside(place: Place): boolean {
  const [first] = pathOf(place);
  return first === 'status' || first === 'metadata';
}

/** As a line of the table would write it. */
const pathPattern = (place: Place): string =>
  pathOf(place)
    .map((step) =>
      typeof step === 'number' ? '[]' : /^[A-Za-z_$][\w$-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');

/** What an operator adds to the configuration. */
export function lineFor(
  kind: string,
  paths: { readonly podSpecs?: readonly string[]; readonly images?: readonly string[] },
): string {
  const slash = kind.indexOf('/');
  const line = { group: kind.slice(0, slash), kinds: [kind.slice(slash + 1)], ...paths };
  return `add to workloads of the configuration: ${JSON.stringify(line)}`;
}
