import { Document } from 'yaml';
import { printable } from '../report/printable.ts';
import type { Imported, ImportedDocument } from './imported.ts';
import type { ImportEntry } from './reading.ts';

/** A document as YAML, below comments that name its source and what became different. */
export function renderImported({ source, file, entries }: Imported, document: ImportedDocument): string {
  const lines = [
    `from ${source} in ${file}`,
    ...entries.map(({ kind, path, why, consequence }) => `${kind}: ${path}: ${why}${said[consequence]}`),
  ];
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  yaml.commentBefore = lines.map((line) => ` ${printable(line)}`).join('\n');
  return yaml.toString({ lineWidth: 0 });
}

/** `policy.yaml:12:5: spec.mode "x": there is ...; do this`, as problems are written. */
export function renderEntry({ kind, file, line, column, path, found, why, remedy, consequence }: ImportEntry): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const value = found === '' ? '' : ` ${JSON.stringify(found)}`;
  const what = kind === 'lost' ? 'has no equivalent' : 'is translated otherwise';
  return printable(
    `${place}: ${path}${value} ${what}: ${why}${said[consequence]}${remedy === undefined ? '' : `; ${remedy}`}`,
  );
}

const said: Readonly<Record<ImportEntry['consequence'], string>> = {
  refuses: '; what is made denies everything until this is settled',
  stricter: '; what is made admits less',
  none: '',
};
