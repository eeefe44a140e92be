import { type FieldPath, renderPath } from '../document.ts';
import { limits } from '../limits.ts';
import { present } from '../present.ts';
import type { WorkloadLine } from './line.ts';
import {
  type ImageUse,
  type NotJudged,
  type NotJudgedCode,
  readText,
  type ReferenceRules,
  type TextForm,
} from './use.ts';
import { type Place, pathOf, type Walk } from './walk.ts';

/** Where an object keeps one of its PodSpecs. */
export interface PodSpecUse {
  readonly path: FieldPath;
  /** Its labels and annotations: the `metadata` beside a `spec`; the PodSpec itself where its kind has them in line. */
  readonly metadataPath: FieldPath;
  /** It is laid over another one: what it leaves out may be there all the same. */
  readonly partial?: true;
}

/** Where the labels and annotations of the Pods are that come of the PodSpec at the path. */
export const podMetadataPath = (path: FieldPath): FieldPath =>
  path.at(-1) === 'spec' ? [...path.slice(0, -1), 'metadata'] : path;

/** A place where something stands that cannot be what it ought to be, so that what is there cannot be judged. */
export interface Unreadable {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/** What stands around a place: how deep in objects within objects, and whose text it is. */
export interface Within {
  readonly depth: number;
  /** Within a text, whose places have no path that could be written to. */
  readonly inText: boolean;
  readonly line: Pick<WorkloadLine, 'placeholder' | 'bare'>;
}

interface FoundText {
  readonly form: TextForm;
  readonly place: Place;
  readonly within: Within;
  readonly kind: ImageUse['kind'];
  readonly container?: string | undefined;
  readonly podSpec?: FieldPath | undefined;
  readonly readOnly?: true;
}

/** What is found while one object is looked through, and how much more of it may be looked at. */
export class Search {
  readonly podSpecs: PodSpecUse[] = [];
  readonly uses: ImageUse[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly notJudged: NotJudged[] = [];
  /** Containers that some line led to. */
  readonly containers = new Set<unknown>();
  readonly rules: ReferenceRules;
  readonly walk: Walk;
  #values: number = limits.workloadValues;
  #characters: number = limits.workloadTextCharacters;

  constructor(rules: ReferenceRules) {
    this.rules = rules;
    this.walk = {
      longest: limits.imagesPerObject,
      unlike: (place, expected) => this.unlike(place, expected),
      spend: () => this.#spend(),
    };
  }

  /** More images were found than anybody looks at: what is left need not be found. */
  get full(): boolean {
    return this.uses.length > limits.imagesPerObject;
  }

  podSpec(place: Place, partial: boolean, { inText }: Within): void {
    if (inText) return;
    if (this.podSpecs.length === limits.podSpecsPerObject)
      return this.unlike(place, `at most ${limits.podSpecsPerObject} PodSpecs in an object`, 'one more');
    const path = pathOf(place);
    this.podSpecs.push({ path, metadataPath: podMetadataPath(path), ...(partial ? { partial } : {}) });
  }

  image(text: string, { form, place, within, kind, container, podSpec, readOnly }: FoundText): void {
    if (this.full) return;
    const read = readText(text, form, within.line, this.rules);
    if (read.kind === 'notJudged') return this.tell(place, read.code, text, read.why);
    const path = pathOf(place);
    const { reference, prefix } = read;
    this.uses.push(
      present({
        path,
        field: renderPath(path),
        kind,
        container,
        text,
        reference,
        podSpec: within.inText ? undefined : podSpec,
        prefix,
        readOnly: within.inText ? true : readOnly,
      }),
    );
  }

  tell(place: Place, code: NotJudgedCode, text: string, why: string, remedy?: string): void {
    if (this.notJudged.length >= limits.imagesPerObject) return;
    const path = pathOf(place);
    this.notJudged.push(present({ path, field: renderPath(path), code, text, why, remedy }));
  }

  /** The first ones: one is enough for every policy to speak. */
  unlike(place: Place, expected: string, found: string = sortOf(place.value)): void {
    if (this.unreadable.length >= limits.problemsShown) return;
    this.unreadable.push({ field: renderPath(pathOf(place)), found, expected });
  }

  /** Whether a text is to be read still; one that is too long for what is left is told. */
  takeText(place: Place, text: string): boolean {
    this.#characters -= text.length;
    if (this.#characters >= 0) return true;
    this.unlike(place, `at most ${limits.workloadTextCharacters} characters of such texts in an object`, 'more');
    return false;
  }

  /** Told once, where the work ran out. */
  #spend(): boolean {
    this.#values -= 1;
    if (this.#values === -1) {
      const found = `more than ${limits.workloadValues} values on the way to images`;
      this.unreadable.push({ field: '', found, expected: 'an object that can be looked through' });
    }
    return this.#values >= 0;
  }
}

function sortOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return `a ${Array.isArray(value) ? 'list' : typeof value}`;
}
