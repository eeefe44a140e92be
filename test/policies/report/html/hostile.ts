import type { Report } from '../../../../policies/report/report.ts';

/** What somebody who writes manifests, policies or certificates may put into any text of a report. */
export const payloads: Readonly<Record<string, string>> = {
  'a script': '<script>window.pwned = 1</script>',
  'the end of the style and of the script': '</style></script><script>window.pwned = 1</script>',
  'the end of a comment and of a title': '--></title><img src=x onerror="window.pwned = 1">',
  'an attribute behind double quotes': '" onfocus="window.pwned = 1" autofocus tabindex="0" x="',
  'an attribute behind single quotes': "' onmouseover='window.pwned = 1' style='position:fixed;inset:0' x='",
  'an attribute behind backticks': '` onclick=`window.pwned = 1` `',
  'a link that runs': 'javascript:window.pwned=1//',
  'a link to elsewhere': '<a href="javascript:window.pwned=1">x</a><iframe src="https://example.com"></iframe>',
  'a form and a base': '<base href="https://example.com/"><form action="https://example.com"><button>',
  'foreign markup': '<svg><style><img src=x onerror=window.pwned=1></style></svg><math><mtext></form><mglyph>',
  'entities that are none': '&lt;script&gt;&#60;img src=x onerror=window.pwned=1&#62;&quot;&colon;',
  'a frame': '<details open ontoggle="window.pwned = 1"><summary>x</summary></details>',
  'text that turns its direction': 'a\u202Egpj.exe\u2066\u200Bb\u2069\uFEFF',
  'control characters and half a character': 'x\u0000\u001B[2J\u0085\u2028\uD800y',
  'a placeholder of ours': '${window.pwned = 1} {{window.pwned}} $& $1',
};

/** The report with a payload behind every text that is there and is not from a closed list; objects, files and policies keep their number. */
export const poisoned = (report: Report, payload: string): Report => poison(report, '', payload) as Report;

function poison(value: unknown, key: string, payload: string): unknown {
  if (typeof value === 'string')
    return value === '' || closed.has(key) || ours.has(value) ? value : `${value}${payload}`;
  if (Array.isArray(value)) return value.map((each) => poison(each, key === 'path' ? 'path-step' : key, payload));
  if (value === null || typeof value !== 'object' || value instanceof Date || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name, payload)]));
}

/** Fields that hold words of this project only. */
const closed = new Set(['effect', 'outcome', 'severity', 'code', 'verdict', 'via', 'format']);

/** Kinds of this project; a `kind` of an object is anybody's. */
const ours = new Set(['violation', 'undecided', 'error', 'certificate', 'key', 'rejection', 'uri']);
