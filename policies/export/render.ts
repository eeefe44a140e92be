import { Document } from 'yaml';
import type { ExportedDocument } from './export.ts';

/** A document of the API server as YAML. */
export const renderExported = (document: ExportedDocument): string =>
  new Document(document, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
