import type { Artifact } from '../../evidence/index.ts';
import { type Documents, parseDocuments } from '../document.ts';
import { bundleFormat } from './format.ts';
import { type BundleProblem, bundleProblem } from './problem.ts';

/** The documents of a bundle's files; `name` is what messages call the bundle. */
export function readContents({ files }: Artifact, name: string): Documents | BundleProblem {
  const titles = files.map(({ annotations }) => annotations[bundleFormat.title] ?? '');
  for (const [index, { mediaType }] of files.entries()) {
    const title = titles[index] ?? '';
    if (mediaType !== bundleFormat.fileType)
      return malformed(
        `layer ${index} is of type ${JSON.stringify(mediaType.slice(0, 100))}; "${bundleFormat.fileType}" is wanted`,
      );
    // Nothing is written to disk by these names, but people read them, and whoever unpacks a bundle with another tool trusts them.
    const fault = faultOfBundleName(title);
    if (fault !== undefined) return malformed(`layer ${index} (${bundleFormat.title}): ${fault}`);
    if (titles.indexOf(title) < index) return malformed(`two files are called ${JSON.stringify(title)}`);
  }
  if (files.length === 0) return malformed('it holds no file');
  const parsed = files.map(({ bytes }, index): Documents | BundleProblem => {
    const text = decode(bytes);
    const file = `${name}/${titles[index]}`;
    return text === undefined ? malformed(`"${titles[index]}" is not UTF-8`) : parseDocuments(text, file);
  });
  const broken = parsed.find((one): one is BundleProblem => 'kind' in one);
  if (broken !== undefined) return broken;
  const whole = parsed.filter((one): one is Documents => 'documents' in one);
  return {
    documents: whole.flatMap(({ documents }) => documents),
    problems: whole.flatMap(({ problems }) => problems),
  };
}

/** Undefined for `pod-security/base.yaml`: no root, no way up, nothing hidden, nothing that a terminal or a shell takes for more. */
export const faultOfBundleName = (path: string): string | undefined =>
  path.length <= 255 && /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/.test(path)
    ? undefined
    : `${JSON.stringify(path.slice(0, 100))} is no relative path of plain names, as files of bundles have`;

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const malformed = (detail: string): BundleProblem => bundleProblem('BUNDLE_MALFORMED', detail);
