import { lineToAdd, type Uncovered } from './definition.ts';
import type { WorkloadLine } from './line.ts';
import { limits } from '../limits.ts';
import { renderPathPattern } from './path.ts';
import type { Search } from './search.ts';
import { descendants, isMap, ownField, pathOf, type Place } from './walk.ts';

/** Whatever looks like a PodSpec and no line has led to: told by name, since its images are not judged. */
export function tellUnknown(search: Search, root: Place, kind: string): void {
  let left: number = limits.workloadValues;
  const told = new Set<string>();
  for (const place of descendants(root, { spend: () => (left -= 1) >= 0 })) {
    const image = unknownImage(search, place.value);
    if (image === undefined || isAside(place)) continue;
    const path = patternOf(place);
    if (told.has(path)) continue;
    told.add(path);
    const why = `a PodSpec in ${kind}, of which nothing says where it keeps them`;
    search.tell(place, 'WORKLOAD_UNKNOWN', image, why, lineToAdd({ ...lineOf(kind), podSpecs: [path] }));
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

/** `example.com/Widget` as the beginning of a line. */
function lineOf(kind: string): Pick<WorkloadLine, 'group' | 'kinds'> {
  const slash = kind.indexOf('/');
  return { group: kind.slice(0, slash), kinds: [kind.slice(slash + 1)] };
}

/** As a line of the table would write it. */
const patternOf = (place: Place): string =>
  renderPathPattern(
    pathOf(place).map((step) => (typeof step === 'number' ? { kind: 'items' } : { kind: 'key', key: step })),
  );

/** A CustomResourceDefinition whose kind would run what nobody judges: told where it names the kind. */
export function tellDefinition(search: Search, root: Place, missed: Uncovered): void {
  const places = [...missed.podSpecs, ...missed.images];
  const shown = places.slice(0, 10).join(', ');
  const why = `a definition with places for images of which nothing says so: ${shown}${places.length > 10 ? ' ...' : ''}`;
  search.tell(
    { value: '', up: { value: {}, up: { value: {}, up: root, step: 'spec' }, step: 'names' }, step: 'kind' },
    'WORKLOAD_UNKNOWN',
    '',
    why,
    lineToAdd(missed),
  );
}
