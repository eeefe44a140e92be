import { compileGlob, literalPrefix } from '../glob.ts';
import { type Doubt, itemsAt, textAt } from './doubt.ts';

/** Authorities that nobody asks, and identities that more people have than seems meant. */
export function lintSigners(value: unknown, doubt: Doubt): void {
  const authorities = itemsAt(value, ['spec', 'authorities']);
  const asked = new Set(
    [
      { item: value, at: ['spec', 'signatures', 'from'] },
      ...itemsAt(value, ['spec', 'attestations']).map(({ item }) => ({ item, at: ['from'] })),
    ]
      .flatMap(({ item, at }) => itemsAt(item, at))
      .map(({ item }) => item),
  );
  const reads = ['validations', 'variables', 'auditAnnotations', 'mutations'].some((section) =>
    itemsAt(value, ['spec', section]).some(({ item }) => /\bimages?\b/.test(JSON.stringify(item))),
  );
  for (const { item, at } of authorities) {
    const name = textAt(item, ['name']);
    // An expression that reads an image sees the signatures of every authority.
    if (!asked.has(name) && !reads)
      doubt('authority-unused', at, `neither signatures nor attestations name "${name}": nobody has to have it sign`);
    for (const kind of ['keyless', 'certificateAuthority'])
      for (const identity of itemsAt(item, [kind, 'identities']))
        lintIdentity(identity.item, [...at, kind, ...identity.at.slice(1)], doubt);
  }
}

function lintIdentity(identity: unknown, path: readonly (string | number)[], doubt: Doubt): void {
  if (textAt(identity, ['broadPattern']) === 'Accept')
    doubt('identity-open', [...path, 'broadPattern'], 'the pattern may match hosts or signers that nobody thought of');
  const subject = textAt(identity, ['subjectGlob']);
  const glob = subject === '' ? undefined : compileGlob(subject);
  if (glob === undefined || 'kind' in glob || !subject.includes('://')) return;
  const extensions = [
    'sourceRepository',
    'sourceRepositoryOwner',
    'sourceRepositoryOwnerIdentifier',
    'sourceRepositoryIdentifier',
  ];
  if (extensions.some((field) => textAt(identity, [field]) !== '')) return;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]+\/[^/]+\//.test(literalPrefix(glob)))
    doubt(
      'identity-open',
      [...path, 'subjectGlob'],
      `"${subject}" leaves open who the owner is: anybody with an account there may sign`,
    );
}
