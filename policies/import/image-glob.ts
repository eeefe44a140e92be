import { compileImages } from '../compile-images.ts';
import { compileGlob, matchGlob } from '../glob.ts';

/** The images that a pattern of another tool names, as globs over canonical repositories: all of them, and perhaps more. */
export interface ImportedGlobs {
  readonly globs: readonly string[];
  /** What more they name, where they do. */
  readonly wider?: string;
}

/**
 * policy-controller's `glob` (pkg/apis/glob): matched against the canonical reference with its tag or digest, `*` within a
 * segment, `**` across. Docker Hub is `index.docker.io` there.
 */
export function importSigstoreGlob(text: string): ImportedGlobs {
  const canonical = text === '*' ? 'index.docker.io/library/*' : text === '*/*' ? 'index.docker.io/*/*' : text;
  const { head, tail, cut } = splitTag(canonical.replace(/^(?:index\.)?docker\.io\//, 'docker.io/'));
  if (head !== '') return settle([`${head}/${tail}`], cut);
  const [begun = ''] = canonical.split('*', 1);
  // A reference always has a slash: what has none and does not cross matches nothing there, and its plain meaning here.
  if (!canonical.includes('**')) return settle([`docker.io/library/${tail}`], cut);
  return settle([begun === '' ? '**' : `${begun}**/**`], cut);
}

/**
 * Kyverno's `glob` (gobwas/glob without separators): matched against the image as the object writes it, `*` crosses segments,
 * tag and digest. Short names are not completed there, so a pattern may mean them beside a host.
 */
export function importKyvernoGlob(text: string): ImportedGlobs {
  if (/[?[\]{}\\!]/.test(text))
    return { globs: ['**'], wider: 'every image: "?", classes and alternatives have no equal' };
  const crossing = text.replaceAll(/\*+/g, '**');
  const { head, tail, cut } = splitTag(crossing);
  if (head === '') return settle(shortNames(crossing, tail), cut);
  const host = head.split('/', 1)[0] ?? '';
  if (host.startsWith('**')) return settle([`${head}/${tail}`], cut);
  const place = `${head}/${tail}`.replace(/^(?:index|registry-1)\.docker\.io\//, 'docker.io/');
  // Without a dot, a colon or a wildcard the first segment is no host but an owner on Docker Hub.
  if (!/[.:*]|^localhost$/.test(host)) return settle([`docker.io/${place}`], cut);
  return settle(host.includes('*') ? [place, `docker.io/${place}`] : [place], cut);
}

/** A pattern without a slash names short names, and where it has a wildcard also hosts and owners that begin so. */
function shortNames(crossing: string, tail: string): readonly string[] {
  const [begun = ''] = crossing.split('*', 1);
  if (begun === '') return ['**'];
  const open = crossing.includes('*')
    ? [`${begun}**/**`, ...(begun.includes(':') ? [] : [`docker.io/${begun}**`])]
    : [];
  return [`docker.io/library/${tail}`, ...open];
}

interface Split {
  readonly head: string;
  /** The last segment without tag and digest. */
  readonly tail: string;
  /** What was cut off and does not match everything. */
  readonly cut: string;
}

/** Neither a tag nor a digest has a slash in it, so that they are in the last segment; a wildcard there may reach into them. */
function splitTag(pattern: string): Split {
  const slash = pattern.lastIndexOf('/');
  const last = pattern.slice(slash + 1);
  const [, begun = ''] = /^([^*:@]*(?:\*{1,2})?)/.exec(last) ?? [];
  const rest = last.slice(begun.length);
  // What is behind a star may reach on into other segments.
  const tail = begun.endsWith('*') && rest.includes('**') ? begun.replace(/\*+$/, '**') : begun;
  const cut = tail.endsWith('*') || /^:\*+$/.test(rest) ? rest.replaceAll(/[*:]/g, '') : rest === '' ? 'no tag' : rest;
  return { head: slash === -1 ? '' : pattern.slice(0, slash), tail, cut };
}

function settle(globs: readonly string[], cut: string): ImportedGlobs {
  const lower = globs
    .map((glob) => glob.toLowerCase())
    .flatMap(withDockerHub)
    .flatMap(withLibrary);
  const faulty = lower.some((glob) => {
    let fault = glob === '';
    compileImages(glob, [], () => {
      fault = true;
    });
    return fault;
  });
  if (faulty) return { globs: ['**'], wider: 'every image: the pattern has no equal' };
  return cut === '' ? { globs: lower } : { globs: lower, wider: 'every tag and digest of these repositories' };
}

/** Kyverno sees images as they are written, `docker.io/nginx` too; where references are canonical nothing more matches. */
const withLibrary = (glob: string): readonly string[] =>
  /^docker\.io\/[^/]*$/.test(glob) ? [glob, glob.replace('/', '/library/')] : [glob];

/** Docker Hub has other hosts, which are `docker.io` here: a wildcard that reaches one of those reaches that. */
function withDockerHub(glob: string): readonly string[] {
  const [host = '', ...rest] = glob.split('/');
  if (!host.includes('*') || /^\*+$/.test(host)) return [glob];
  const literals = host.split(/\*+/).filter((piece) => piece !== '');
  // Across the slash it may end anywhere behind the host.
  if (host.includes('**') && literals.some((piece) => hubs.some((hub) => hub.includes(piece)))) return ['**'];
  const pattern = compileGlob(host);
  const reaches = !('kind' in pattern) && hubs.some((hub) => matchGlob(pattern, hub) !== undefined);
  return reaches ? [glob, ['docker.io', ...rest].join('/')] : [glob];
}

const hubs = ['index.docker.io', 'registry-1.docker.io'];
