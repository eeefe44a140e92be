import type { ComposedImage } from './line.ts';
import { isMap, ownField, type Place } from './walk.ts';

/** A reference made of several fields, or why it is none yet. */
export type Composed =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notJudged'; readonly text: string; readonly why: string };

/** Puts together what stands beside the name: `oci://ghcr.io/acme/charts` + `shop` + `1.4.2`. */
export function composeText(name: Place, image: ComposedImage): Composed {
  const base = String(name.value);
  const beside = (path: string | undefined): string | undefined => {
    const value = path === undefined ? undefined : fieldBelow(name.up?.value, path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const chart = beside(image.chart);
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(base) ?? [];
  // Helm leaves the scheme out where a chart comes from a registry; anything else without one is a path of Git.
  if (image.chart !== undefined && scheme === undefined && (chart === undefined || /[@]/.test(base)))
    return notJudged(base, 'a source that is no registry; what comes from it is judged where it arrives');
  const digest = beside(image.digest);
  const tag = beside(image.tag);
  const repository = chart === undefined ? base : `${base.replace(/\/+$/, '')}/${chart}`;
  if (digest !== undefined) return { kind: 'text', text: `${repository}@${digest}` };
  if (tag?.startsWith('sha256:')) return { kind: 'text', text: `${repository}@${tag}` };
  const range =
    beside(image.range) ?? (image.chart !== undefined && tag !== undefined && !isTag(tag) ? tag : undefined);
  if (range !== undefined)
    return notJudged(
      repository,
      `a range of versions (${JSON.stringify(range.slice(0, 64))}), of which its controller chooses`,
    );
  return { kind: 'text', text: tag === undefined ? repository : `${repository}:${tag.replaceAll('+', '_')}` };
}

/** Helm writes the plus sign of a version, which no tag may have, as an underscore. */
const isTag = (text: string): boolean => /^\w[\w.+-]{0,127}$/.test(text);

const notJudged = (text: string, why: string): Composed => ({ kind: 'notJudged', text, why });

function fieldBelow(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.split('.')) at = isMap(at) ? ownField(at, key) : undefined;
  return at;
}
