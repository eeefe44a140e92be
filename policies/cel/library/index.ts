import type { Library } from '../function.ts';
import { authorizerLibrary } from './authorizer.ts';
import { encodersLibrary } from './encoders.ts';
import { formatLibrary } from './format.ts';
import { jsonpatchLibrary } from './jsonpatch.ts';
import { kubernetesLists } from './kubernetes-lists.ts';
import { listsLibrary } from './lists.ts';
import { mathLibrary } from './math.ts';
import { networkLibrary } from './network.ts';
import { bindingsLibrary, comprehensionsLibrary, optionalsLibrary } from './optionals.ts';
import { quantityLibrary } from './quantity.ts';
import { regexLibrary } from './regex.ts';
import { semverLibrary } from './semver.ts';
import { setsLibrary } from './sets.ts';
import { namesLibrary, standardLibrary } from './standard.ts';
import { coreStrings, kubernetesStrings } from './strings.ts';
import { urlLibrary } from './url.ts';

/**
 * What an environment of Kubernetes has only where it is asked for: `own`, what the API server gives no policy (`cel.bind`, `math`, `base64`);
 * `patches`, what it gives MutatingAdmissionPolicy alone (`jsonpatch.escapeKey`).
 */
export type Extension = 'own' | 'patches';

/**
 * Every library: the Kubernetes minor that brought it (undefined: not there), what it must be asked for by, if anything, and whether
 * the language's own set has it (k8s.io/apiserver, pkg/cel/environment/base.go).
 */
export const libraries: readonly {
  readonly library: Library;
  readonly kubernetes: number | undefined;
  readonly extension?: Extension;
  readonly core: boolean;
}[] = [
  { library: standardLibrary, kubernetes: 0, core: true },
  { library: namesLibrary, kubernetes: 0, extension: 'own', core: true },
  { library: kubernetesStrings, kubernetes: 0, core: false },
  { library: coreStrings, kubernetes: undefined, core: true },
  { library: urlLibrary, kubernetes: 25, core: false },
  { library: kubernetesLists, kubernetes: 25, core: false },
  { library: regexLibrary, kubernetes: 25, core: false },
  { library: authorizerLibrary, kubernetes: 27, core: false },
  { library: quantityLibrary, kubernetes: 28, core: false },
  { library: optionalsLibrary, kubernetes: 28, core: true },
  { library: bindingsLibrary, kubernetes: 0, extension: 'own', core: true },
  { library: setsLibrary, kubernetes: 29, core: true },
  { library: networkLibrary, kubernetes: 30, core: true },
  { library: formatLibrary, kubernetes: 31, core: false },
  { library: semverLibrary, kubernetes: 33, core: false },
  { library: jsonpatchLibrary, kubernetes: 33, extension: 'patches', core: false },
  { library: comprehensionsLibrary, kubernetes: 32, core: true },
  { library: listsLibrary, kubernetes: 34, core: true },
  { library: mathLibrary, kubernetes: 0, extension: 'own', core: true },
  { library: encodersLibrary, kubernetes: 0, extension: 'own', core: true },
];

/** The libraries of a language; of Kubernetes, those that the version has, and of the extensions those that are asked for. */
export function librariesOf(
  language: 'kubernetes' | 'core',
  minor: number,
  extensions: readonly Extension[] = [],
): readonly Library[] {
  const asked = (extension: Extension | undefined): boolean =>
    extension === undefined || extensions.includes(extension);
  return libraries
    .filter(({ kubernetes, extension, core }) =>
      language === 'core' ? core : kubernetes !== undefined && kubernetes <= minor && asked(extension),
    )
    .map(({ library }) => library);
}
