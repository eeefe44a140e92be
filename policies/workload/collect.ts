import { limits } from '../limits.ts';
import { composeText } from './composed.ts';
import type { ComposedImage } from './line.ts';
import { builtinWorkloads, kindName, type LinePlaces, type Verb } from './lines.ts';
import { type PathStep } from './path.ts';
import { collectContainer, collectPodSpec, collectVolume } from './pod-spec.ts';
import { Search, type Within } from './search.ts';
import { objectsOfText } from './text.ts';
import { uncovered } from './definition.ts';
import { tellDefinition, tellUnknown } from './unknown.ts';
import type { ReferenceRules } from './use.ts';
import { isMap, ownField, type Place, placesAt, rootPlace } from './walk.ts';

/** Looks the object through as the lines of its kind say, and the objects that it holds as theirs say. */
export function collect(object: object, rules: ReferenceRules): Search {
  const search = new Search(rules);
  const root = rootPlace(object);
  collectObject(search, root, { depth: 0, inText: false, line: {} });
  const missed = uncovered(object, rules.workloads ?? builtinWorkloads);
  if (missed !== undefined) tellDefinition(search, root, missed);
  const kind = kindOf(object);
  // Kinds of Kubernetes itself, whose groups have no dot, are all in the table; what cannot be read is told as that.
  if (kind?.includes('.') && search.unreadable.length === 0) tellUnknown(search, root, kind);
  return search;
}

/** `apps/Deployment`; undefined for what is of no kind. */
function kindOf(object: object): string | undefined {
  const apiVersion = ownField(object, 'apiVersion');
  const kind = ownField(object, 'kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const slash = apiVersion.indexOf('/');
  if (slash !== -1) return kindName(apiVersion.slice(0, slash), kind);
  return apiVersion === 'v1' ? kindName('', kind) : undefined;
}

function collectObject(search: Search, root: Place, within: Within): void {
  if (!isMap(root.value)) return search.unlike(root, 'an object');
  if (within.depth > limits.embeddedObjectDepth)
    return search.unlike(root, `objects within objects at most ${limits.embeddedObjectDepth} deep`, 'one deeper');
  const listed = ownField(root.value, 'items');
  if (within.depth > 0 && Array.isArray(listed)) {
    for (const item of placesAt(root, [{ kind: 'key', key: 'items' }, { kind: 'items' }], search.walk))
      collectObject(search, item, { ...within, depth: within.depth + 1 });
    return undefined;
  }
  for (const line of linesOf(search, root.value)) collectLine(search, root, line, within);
  return undefined;
}

function linesOf({ rules }: Search, object: object): readonly LinePlaces[] {
  const kind = kindOf(object);
  return kind === undefined ? [] : ((rules.workloads ?? builtinWorkloads).get(kind)?.lines ?? []);
}

function collectLine(search: Search, root: Place, read: LinePlaces, around: Within): void {
  const { line, places, composed, notJudged } = read;
  // What the outer controller fills in, it fills in within the objects that it makes, too.
  const within = { ...around, line: { ...around.line, ...line } };
  for (const { verb, steps } of places) {
    const found = placesAt(root, steps, search.walk);
    if (line.required && found.length === 0 && search.unreadable.length === 0)
      search.unlike(missing(root, steps), 'a PodSpec');
    for (const place of found) {
      if (search.full) return;
      collectPlace(search, place, verb, within);
    }
  }
  for (const { steps, image } of composed) {
    for (const place of placesAt(root, steps, search.walk)) {
      if (typeof place.value !== 'string') search.unlike(place, 'a string');
      else if (place.value !== '') collectComposed(search, place, image, within);
    }
  }
  for (const { steps, why, remedy } of notJudged) {
    for (const place of placesAt(root, steps, search.walk)) {
      const text = typeof place.value === 'string' ? place.value : '';
      if (text !== '')
        search.tell(place, remedy === undefined ? 'REFERENCE_NOT_OCI' : 'WORKLOAD_UNKNOWN', text, why, remedy);
    }
  }
}

/** Where a PodSpec ought to be. */
function missing(root: Place, steps: readonly PathStep[]): Place {
  return steps.reduce<Place>((up, step) => ({ value: undefined, up, step: step.kind === 'key' ? step.key : 0 }), root);
}

function collectPlace(search: Search, place: Place, verb: Verb, within: Within): void {
  const holder = { partial: true, within };
  switch (verb) {
    case 'podSpecs':
      return collectPodSpec(search, place, 'whole', within);
    case 'inlinePodSpecs':
      return collectPodSpec(search, place, 'inline', within);
    case 'partialPodSpecs':
      return collectPodSpec(search, place, 'partial', within);
    case 'containers':
      return collectContainer(search, place, { ...holder, kind: 'container' });
    case 'volumes':
      return collectVolume(search, place, holder);
    case 'images':
      return collectText(search, place, 'image', within);
    case 'renamedImages':
      return collectText(search, place, 'renamed', within);
    case 'locations':
      return collectText(search, place, 'location', within);
    case 'objects':
      return collectObject(search, place, { ...within, depth: within.depth + 1 });
    case 'objectTexts':
      for (const object of objectsOfText(search, place, within))
        collectObject(search, object, { ...within, depth: within.depth + 1, inText: true });
      return undefined;
    case 'podSpecTexts':
      for (const patch of objectsOfText(search, place, within))
        collectPodSpec(search, patch, 'partial', { ...within, inText: true });
      return undefined;
  }
}

/** An image outside of PodSpecs. An empty one is one that is left out. */
function collectText(search: Search, place: Place, form: 'image' | 'renamed' | 'location', within: Within): void {
  if (typeof place.value !== 'string') return search.unlike(place, 'a string');
  if (place.value === '') return undefined;
  const name = isMap(place.up?.value) ? ownField(place.up.value, 'name') : undefined;
  const container = typeof name === 'string' ? name : undefined;
  return search.image(place.value, { form, place, within, kind: 'reference', container });
}

function collectComposed(search: Search, place: Place, image: ComposedImage, within: Within): void {
  const composed = composeText(place, image);
  if (composed.kind === 'notJudged') return search.tell(place, 'REFERENCE_NOT_OCI', composed.text, composed.why);
  // Without a scheme and with a chart it is a registry, as Helm has it.
  const line = image.chart === undefined ? within.line : { ...within.line, bare: 'image' as const };
  const about = { place, within: { ...within, line }, kind: 'reference', readOnly: true } as const;
  return search.image(composed.text, { form: 'location', ...about });
}
