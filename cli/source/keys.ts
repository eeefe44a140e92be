import { gap, type KeyFetcher } from '../../evidence/index.ts';
import { vaultKeys } from '../../host/vault.ts';
import type { Door } from '../command/index.ts';

/** The key services that keys of documents are fetched from; without a network each says so. */
export const keyServices = ({ environment }: Pick<Door, 'environment'>, offline: boolean): readonly KeyFetcher[] =>
  offline ? [unasked] : [vaultKeys(environment)];

const unasked: KeyFetcher = {
  service: 'hashivault',
  fetch: async ({ uri }) => gap('OFFLINE', `${uri} was not asked for: no network may be used`),
};
