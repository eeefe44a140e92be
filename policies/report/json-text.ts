/**
 * JSON for a file, a terminal or a log: what would act on any of them is written as an escape, and the value stays the same. Control and
 * invisible characters, and what runners of CI servers take for a command wherever it stands in a line (`##vso[...]` of Azure Pipelines,
 * `##[...]` of GitHub's, `##teamcity[...]`).
 */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, undefined, 2)
    .replaceAll(/[\p{Cf}\p{Co}\p{Zl}\p{Zp}\u007F-\u009F\uFFFE\uFFFF]/gu, escapes)
    .replaceAll(/##(?=\w*\[)/g, String.raw`#\u0023`);

const escapes = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return String.raw`\u${unit}`;
  }).join('');
