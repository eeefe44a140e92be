import type { Library } from '../function.ts';
import { bindingsLibrary, comprehensionsLibrary, optionalsLibrary } from './optionals.ts';
import { standardLibrary } from './standard.ts';

/** Every library of the language: which of the two languages has it, and since which Kubernetes minor. */
const libraries: readonly { readonly library: Library; readonly kubernetes?: number; readonly core: boolean }[] = [
  { library: standardLibrary, kubernetes: 0, core: true },
  { library: optionalsLibrary, kubernetes: 28, core: true },
  { library: bindingsLibrary, kubernetes: 32, core: true },
  { library: comprehensionsLibrary, kubernetes: 32, core: true },
];

/** The libraries of a language; of Kubernetes, those that the version has. */
export function librariesOf(language: 'kubernetes' | 'core', minor: number): readonly Library[] {
  return libraries
    .filter((each) => (language === 'core' ? each.core : each.kubernetes !== undefined && each.kubernetes <= minor))
    .map(({ library }) => library);
}
