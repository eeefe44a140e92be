import type { FieldPath } from '../document.ts';
import { limits } from '../limits.ts';
import type { Search, Within } from './search.ts';
import type { ImageUse } from './use.ts';
import { isMap, ownField, type Place, pathOf } from './walk.ts';

const lists = [
  ['containers', 'container'],
  ['initContainers', 'init'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

/** Names of fields by the same in lower case. */
type Fields = ReadonlyMap<string, string>;

const fieldsOf = (...names: readonly string[]): Fields => new Map(names.map((name) => [name.toLowerCase(), name]));

const podSpecFields = fieldsOf(...lists.map(([list]) => list), 'volumes');
const imageField = fieldsOf('image');
const referenceField = fieldsOf('reference');

/** Every image of a PodSpec: of containers, init containers and ephemeral ones, then of image volumes. */
export function collectPodSpec(search: Search, place: Place, form: PodSpecForm, within: Within): void {
  if (!isMap(place.value)) return search.unlike(place, 'a PodSpec');
  refuseVariants(search, place, place.value, podSpecFields);
  const partial = form !== 'whole';
  const isPodSpec = form !== 'inline' || Array.isArray(ownField(place.value, 'containers'));
  if (isPodSpec) search.podSpec(place, form === 'partial', within);
  const holder = { podSpec: isPodSpec ? pathOf(place) : undefined, partial, within };
  for (const [list, kind] of lists) {
    for (const item of items(search, place, list, within)) collectContainer(search, item, { ...holder, kind });
  }
  for (const item of items(search, place, 'volumes', within)) collectVolume(search, item, holder);
}

/** The PodSpec itself; one with fields of its kind between, which may have no containers; or one that is laid over another. */
export type PodSpecForm = 'whole' | 'inline' | 'partial';

export interface Holder {
  readonly podSpec?: FieldPath | undefined;
  /** What has no image leaves it to somebody else; without this it is a use, whose problem denies. */
  readonly partial: boolean;
  readonly within: Within;
}

/** The image of a container. One that is empty or no string is still a use: it has a problem, and the problem denies. */
export function collectContainer(search: Search, place: Place, holder: Holder & Pick<ImageUse, 'kind'>): void {
  if (!isMap(place.value)) return search.unlike(place, 'an object');
  search.containers.add(place.value);
  refuseVariants(search, place, place.value, imageField);
  const image = { value: ownField(place.value, 'image'), up: place, step: 'image' };
  collectImage(search, image, ownField(place.value, 'name'), holder);
}

/** The image of an image volume; other volumes have none. */
export function collectVolume(search: Search, place: Place, holder: Holder): void {
  if (!isMap(place.value)) return search.unlike(place, 'an object');
  refuseVariants(search, place, place.value, imageField);
  const source = ownField(place.value, 'image') ?? null;
  if (source === null) return undefined;
  const image: Place = { value: source, up: place, step: 'image' };
  if (isMap(source)) refuseVariants(search, image, source, referenceField);
  const reference = isMap(source) ? ownField(source, 'reference') : undefined;
  const about = { ...holder, kind: 'volume' } as const;
  return collectImage(search, { value: reference, up: image, step: 'reference' }, ownField(place.value, 'name'), about);
}

function collectImage(
  search: Search,
  place: Place,
  name: unknown,
  { podSpec, partial, within, kind }: Holder & Pick<ImageUse, 'kind'>,
): void {
  if (partial && (place.value ?? '') === '') return;
  const container = typeof name === 'string' ? name : undefined;
  const text = typeof place.value === 'string' ? place.value : '';
  search.image(text, { form: 'container', place, within, kind, container, podSpec });
}

/** The list's items. An absent or null list is empty; anything else that is no list is told. */
function items(search: Search, holder: Place, list: string, within: Within): readonly Place[] {
  const value = isMap(holder.value) ? (ownField(holder.value, list) ?? []) : [];
  const place: Place = { value, up: holder, step: list };
  if (!Array.isArray(value)) {
    search.unlike(place, 'a list');
    return [];
  }
  const all: readonly unknown[] = value;
  if (all.length <= limits.imagesPerObject) return all.map((item, index) => ({ value: item, up: place, step: index }));
  // Nobody will look at the images: millions of items would take the memory of all reviews.
  for (let index = 0; !search.full; index += 1) {
    const image = { value: '', up: { value: {}, up: place, step: index }, step: 'image' };
    search.image('', { form: 'container', place: image, within, kind: 'container' });
  }
  return [];
}

/** Go's encoding/json takes `Containers` for `containers`: whoever reads this with it sees images that are not seen here. */
function refuseVariants(search: Search, place: Place, value: object, fields: Fields): void {
  for (const key of Object.keys(value)) {
    const meant = fields.get(key.toLowerCase());
    if (meant !== undefined && meant !== key)
      search.unlike(
        place,
        `the key ${JSON.stringify(meant)}`,
        `the key ${JSON.stringify(key)}, which some readers take for it`,
      );
  }
}
