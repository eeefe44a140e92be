import { traverses } from '../cost.ts';
import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import { Failure } from '../go/failure.ts';
import { parseUrl, type Url } from '../go/url.ts';
import { lift } from '../lift.ts';
import { mapOf } from '../value.ts';

const reading: OverloadOptions = { cost: traverses(), costByName: true };

const part = (
  name: string,
  summary: string,
  example: readonly [string, string],
  get: (url: Url) => string,
): FunctionDeclaration => ({
  name,
  summary,
  examples: [example],
  overloads: [overload(`url_${name}`, 'kubernetes.URL.() -> string', get)],
});

/** URLs, as Go reads them. */
export const urlLibrary: Library = {
  name: 'url',
  functions: [
    {
      name: 'url',
      summary: 'The URL that a text spells: absolute, or a path that begins with a slash.',
      examples: [["url('https://example.com:80/').getHost()", "'example.com:80'"]],
      overloads: [
        overload('string_to_url', '(string) -> kubernetes.URL', (text: string) => lift(parseUrl(text)), reading),
      ],
    },
    {
      name: 'isURL',
      summary: 'Whether a text spells a URL.',
      examples: [["isURL('../a')", 'false']],
      overloads: [
        overload('is_url_string', '(string) -> bool', (text: string) => !(parseUrl(text) instanceof Failure)),
      ],
    },
    part(
      'getScheme',
      'The scheme, empty where there is none.',
      ["url('/path').getScheme()", "''"],
      ({ scheme }) => scheme,
    ),
    part(
      'getHost',
      'The host with its port.',
      ["url('https://[::1]:80/').getHost()", "'[::1]:80'"],
      ({ host }) => host,
    ),
    part(
      'getHostname',
      'The host without its port.',
      ["url('https://[::1]:80/').getHostname()", "'::1'"],
      ({ hostname }) => hostname,
    ),
    part(
      'getPort',
      'The port, empty where there is none.',
      ["url('https://example.com/').getPort()", "''"],
      ({ port }) => port,
    ),
    part(
      'getEscapedPath',
      'The path, escaped.',
      ["url('https://example.com/a b/').getEscapedPath()", "'/a%20b/'"],
      ({ escapedPath }) => escapedPath,
    ),
    {
      name: 'getQuery',
      summary: 'The values of each name of the query.',
      examples: [["url('https://example.com/?a=1&a=2').getQuery()", "{'a': ['1', '2']}"]],
      overloads: [
        overload('url_getQuery', 'kubernetes.URL.() -> map(string, list(string))', (url: Url) =>
          mapOf([...url.query()]),
        ),
      ],
    },
  ],
};
