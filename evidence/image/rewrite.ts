import { formatRepository, parseReference, type Reference, type Repository } from './reference.ts';

/** Images below a canonical prefix are pulled from below another: what the nodes do with them, said where we can see it. */
export interface Rewrite {
  /** A registry, or a registry and the first parts of a repository: `docker.io`, `docker.io/library`. */
  readonly prefix: string;
  readonly replacement: string;
}

/** The reference with its repository where nodes pull it from, by the longest prefix that fits at a `/`; or itself. */
export function rewriteReference(reference: Reference, rewrites: readonly Rewrite[]): Reference {
  const repository = rewritten(reference.repository, rewrites);
  return repository === undefined ? reference : { ...reference, repository, rewrittenFrom: reference.repository };
}

/** Why rewrites cannot be meant: a text that is no prefix, or a result that would be rewritten again. */
export function faultOfRewrite({ prefix, replacement }: Rewrite, rewrites: readonly Rewrite[]): string | undefined {
  for (const text of [prefix, replacement]) {
    if (repositoryAt(text) === undefined)
      return `"${text}" is no canonical prefix; write a registry's host, and perhaps the first parts of a repository, such as "docker.io/library"`;
  }
  const again = repositoryAt(replacement);
  return again !== undefined && rewritten(again, rewrites) !== undefined
    ? `what it leads to, "${replacement}", is rewritten again; each image is rewritten once`
    : undefined;
}

function rewritten(repository: Repository, rewrites: readonly Rewrite[]): Repository | undefined {
  const name = formatRepository(repository);
  const fitting = rewrites.filter(({ prefix }) => name.startsWith(`${prefix}/`));
  const [longest] = fitting.toSorted((a, b) => b.prefix.length - a.prefix.length);
  if (longest === undefined) return undefined;
  const [registry = '', ...path] = `${longest.replacement}${name.slice(longest.prefix.length)}`.split('/');
  return { registry, path: path.join('/') };
}

/** A repository below the prefix, where it is written canonically. */
function repositoryAt(prefix: string): Repository | undefined {
  const text = `${prefix}/a/b`;
  const parsed = parseReference(text);
  if ('kind' in parsed || parsed.short || formatRepository(parsed.repository) !== text) return undefined;
  return parsed.repository;
}
