import type { FieldPath } from '../document.ts';
import type { PathStep } from './path.ts';

/** A place that a walk came to: its value, and the way back to the root. */
export interface Place {
  readonly value: unknown;
  readonly up?: Place;
  readonly step: string | number;
}

/** The path of a place below the root that it was reached from. */
export function pathOf(place: Place): FieldPath {
  const path: (string | number)[] = [];
  for (let at = place; at.up !== undefined; at = at.up) path.push(at.step);
  return path.toReversed();
}

export const rootPlace = (value: unknown): Place => ({ value, step: '' });

/** What a walk tells of what it cannot pass. */
export interface Walk {
  /** Something stands there that is neither absent nor what the path goes through. */
  readonly unlike: (place: Place, expected: string) => void;
  /** One more value is looked at; false once there were too many. */
  readonly spend: () => boolean;
  /** The longest list or map that is gone through. */
  readonly longest: number;
}

/** Every place below the root that the path leads to and that is neither absent nor null, in the object's order. */
export function placesAt(root: Place, steps: readonly PathStep[], walk: Walk): readonly Place[] {
  let places: Place[] = [root];
  for (const step of steps) {
    const next: Place[] = [];
    for (const place of places) take(place, step, next, walk);
    places = next;
  }
  return places;
}

function take(place: Place, step: PathStep, next: Place[], walk: Walk): void {
  switch (step.kind) {
    case 'key':
    case 'values':
      if (!isMap(place.value)) return walk.unlike(place, 'an object');
      if (step.kind === 'values') return keep(place, Object.entries(place.value), next, walk);
      return keep(place, [[step.key, ownField(place.value, step.key) ?? undefined]], next, walk);
    case 'items':
    case 'where': {
      if (!Array.isArray(place.value)) return walk.unlike(place, 'a list');
      // Before its items are gone through: what nobody could judge is not worth the memory of all reviews.
      if (place.value.length > walk.longest) return walk.unlike(place, `at most ${walk.longest} items`);
      const items: readonly unknown[] = place.value;
      const entries = items.map((item, index) => [index, item] as const);
      return keep(
        place,
        step.kind === 'items'
          ? entries
          : entries.filter(([, item]) => isMap(item) && ownField(item, step.key) === step.value),
        next,
        walk,
      );
    }
    case 'anywhere':
      for (const found of descendants(place, walk)) next.push(found);
      return undefined;
  }
}

function keep(
  place: Place,
  entries: readonly (readonly [string | number, unknown])[],
  next: Place[],
  { unlike, longest, spend }: Walk,
): void {
  if (entries.length > longest) return unlike(place, `at most ${longest} items`);
  for (const [step, value] of entries) {
    if (value === undefined) continue;
    if (!spend()) return undefined;
    next.push({ value, up: place, step });
  }
  return undefined;
}

/** A field of the object's own. */
export const ownField = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

/** The place itself and every map below it, in the object's order. */
export function* descendants(root: Place, { spend }: Pick<Walk, 'spend'>): Generator<Place> {
  if (isMap(root.value)) yield root;
  // Iterators, not lists of places: a list of a million is not copied before it is known to be too long.
  const open: Open[] = [opened(root)];
  for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
    const { value: entry, done } = at.entries.next();
    if (done === true) {
      open.pop();
      continue;
    }
    const [step, value] = entry;
    if (typeof value !== 'object' || value === null) continue;
    if (!spend()) return;
    const place: Place = { value, up: at.place, step };
    if (isMap(value)) yield place;
    open.push(opened(place));
  }
}

interface Open {
  readonly place: Place;
  readonly entries: Iterator<readonly [string | number, unknown], undefined>;
}

const opened = (place: Place): Open => ({
  place,
  entries: Array.isArray(place.value) ? place.value.entries() : Object.entries(place.value ?? {}).values(),
});

/** An object of JSON that is no list. */
export const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
