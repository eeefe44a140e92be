import { stringify } from 'yaml';
import { parsePublicKey, publicGoodRoot } from '../../../evidence/index.ts';
import {
  compilePolicies,
  type Imported,
  importPolicy,
  parseDocuments,
  renderImported,
} from '../../../policies/index.ts';
import { generateKey, publicPem } from '../../support/sigstore/index.ts';

export const keyPem = publicPem(generateKey().publicKey);
export const otherPem = publicPem(generateKey().publicKey);

/** Imports one document, and makes sure that what is made of it loads where its trust roots and keys are there. */
export function imported(source: string | object): Imported {
  const one = importedAnyhow(source);
  const text = one.documents.map((document) => renderImported(one, document)).join('\n---\n');
  const { material } = publicGoodRoot();
  const trustRoots = new Map([...text.matchAll(/trustRoot: (\S+)/g)].map(([, name = '']) => [name, material]));
  const keys = new Map([...text.matchAll(/kms: (\S+)/g)].map(([, uri = '']) => [uri, parsePublicKey(keyPem)]));
  const { problems } = compilePolicies(parseDocuments(text, 'imported.yaml').documents, { trustRoots, keys });
  if (problems.length > 0) throw new Error(`${JSON.stringify(problems)} in ${text}`);
  return one;
}

/** Imports one document that is known to be importable. */
export function importedAnyhow(source: string | object): Imported {
  const text = typeof source === 'string' ? source : stringify(source);
  const { documents, problems } = parseDocuments(text, 'source.yaml');
  const [document] = documents;
  if (document === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  const one = importPolicy(document);
  if ('code' in one) throw new Error(one.detail);
  return one;
}

/** `lost spec.mode refuses` for each entry. */
export const told = ({ entries }: Imported): readonly string[] =>
  entries.map(({ kind, path, consequence }) => `${kind} ${path} ${consequence}`);

/** The spec of the first document. */
export const specOf = ({ documents }: Imported): Record<string, unknown> => ({ ...documents[0]?.spec });

export const signatureCheck = (...attestors: readonly string[]): string =>
  `images.containers.map(image, verifyImageSignatures(image, [${attestors.map((name) => `attestors.${name}`).join(', ')}])).all(e, e > 0)`;

/** Documents that are translated wholly. */
export const sources = {
  ValidatingPolicy: {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ValidatingPolicy',
    metadata: { name: 'check' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] },
        ],
      },
      validations: [{ expression: "object.metadata.name != 'x'" }],
    },
  },
  ImageValidatingPolicy: {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ImageValidatingPolicy',
    metadata: { name: 'check' },
    spec: {
      matchImageReferences: [{ glob: 'ghcr.io/acme/*' }],
      attestors: [
        {
          name: 'a',
          cosign: { keyless: { identities: [{ issuer: 'https://i.example', subject: 'https://s.example/x' }] } },
        },
        { name: 'k', cosign: { key: { data: keyPem } } },
      ],
      attestations: [{ name: 'sbom', intoto: { type: 'https://cyclonedx.org/bom' } }],
      validations: [
        { expression: signatureCheck('a', 'k') },
        {
          expression:
            'images.containers.map(i, verifyAttestationSignatures(i, attestations.sbom, [attestors.a])).all(e, e > 0)',
        },
      ],
    },
  },
  ClusterImagePolicy: {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: 'check' },
    spec: {
      images: [{ glob: 'ghcr.io/acme/*' }],
      authorities: [
        {
          name: 'a',
          keyless: { identities: [{ issuer: 'https://i.example', subject: 'https://s.example/x' }] },
          ctlog: { url: 'https://rekor.sigstore.dev' },
        },
        { name: 'k', key: { data: keyPem } },
        {
          name: 't',
          key: { data: otherPem },
          attestations: [{ name: 'built', predicateType: 'https://slsa.dev/provenance/v1' }],
        },
      ],
    },
  },
} as const;
