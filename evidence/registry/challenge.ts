/** One way to authenticate that a registry offers (RFC 9110, section 11.6.1). Scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** `WWW-Authenticate` -> challenges in order, or undefined where it is no such list. A parameter written twice spoils it. */
export function parseChallenges(header: string): readonly Challenge[] | undefined {
  if (header.length > maxCharacters) return undefined;
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let rest = header;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    if (rest === '') return challenges;
    const parameter = takeParameter(rest);
    if (parameter !== undefined) {
      const parameters = challenges.at(-1)?.parameters;
      if (parameters === undefined || parameters.has(parameter.name)) return undefined;
      parameters.set(parameter.name, parameter.value);
      ({ rest } = parameter);
      continue;
    }
    const scheme = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?= |,|$)/.exec(rest)?.[1];
    if (scheme === undefined) return undefined;
    rest = rest.slice(scheme.length);
    challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    // A token68 (RFC 9110, section 11.2), as Negotiate sends it, is of no use here.
    rest = rest.replace(/^ +[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/, '');
  }
}

/** Real challenges have some 300; a longer one is no registry's. */
const maxCharacters = 4096;

function takeParameter(text: string): { name: string; value: string; rest: string } | undefined {
  const [whole, name, quoted, token] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s{0,8}=\s{0,8}(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z/:-]+))(?=\s*(?:,|$))/.exec(
      text,
    ) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  return {
    name: name.toLowerCase(),
    value: token ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'),
    rest: text.slice(whole.length),
  };
}
