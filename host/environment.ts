/** The variables of this process, or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const processEnvironment: Environment = process.env;

/** The variable's text without surrounding space; undefined where it is unset or empty. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** Proxies as the environment states them; addresses may carry credentials and are never shown. */
export interface Proxies {
  readonly https?: string;
  readonly http?: string;
  readonly noProxy?: string;
}

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, each in either case; the upper-case one wins, as in Go's net/http. */
export function proxies(environment: Environment): Proxies {
  const either = (name: string) => variable(environment, name) ?? variable(environment, name.toLowerCase());
  const https = either('HTTPS_PROXY');
  const http = either('HTTP_PROXY');
  const noProxy = either('NO_PROXY');
  return {
    ...(https === undefined ? {} : { https }),
    ...(http === undefined ? {} : { http }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}
