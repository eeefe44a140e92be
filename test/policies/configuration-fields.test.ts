import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { needKey, parseReference, requirementOf } from '../../evidence/index.ts';
import {
  assemble,
  type Assembled,
  type Configuration,
  configurationSchema,
  imagesOf,
  parseConfiguration,
  parseDocuments,
} from '../../policies/index.ts';
import { policyBundle } from '../../policies/schema/bundle.ts';
import { clusterWorkloadPolicySchema } from '../../policies/schema/policy.ts';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { createSigstore, generateKey, keySigner, signImage } from '../support/sigstore/index.ts';
import { createTlsAuthority } from '../support/tls/index.ts';
import { leaves, requiredLeaves, without } from './schema-fields.ts';

/**
 * Every field of the configuration changes what is found, and does so because it is read; or stands with the test of the door that reads it. The
 * fields come from the schema, so that a new one without either fails.
 */

type Spec = Record<string, unknown>;

const authority = createTlsAuthority();
const client = authority.client('assay');
const texts = new Map([
  ['ca.pem', authority.ca],
  ['client.crt', client.cert],
  ['client.key', client.key],
  ['other-ca.pem', createTlsAuthority('stranger').ca],
  ['root.json', createSigstore().trustedRoot],
]);
/** Asks who is there, over TLS, and wants a certificate shown. */
let strict: Registry;
/** Asks nobody, without TLS. */
let open: Registry;
let inStrict: PublishedImage;
let inOpen: PublishedImage;
/** A proxy that says no. */
let proxy: Server;
let proxyUrl = '';

beforeAll(async () => {
  const tls = { ...authority.server(), clientCa: authority.ca };
  strict = await startRegistry({ tls, authentication: { scheme: 'basic', users: { ada: 'secret' } } });
  open = await startRegistry();
  inStrict = await pushImage(strict, { repository: 'acme/shop', tag: '1' });
  inOpen = await pushImage(open, { repository: 'acme/shop', tag: '1' });
  // What is proven absent is forgotten sooner than what was found.
  await signImage({ registry: open, ...inOpen, as: keySigner(generateKey()), format: 'bundle' });
  const auth = Buffer.from('ada:secret').toString('base64');
  texts.set('docker.json', JSON.stringify({ auths: { [strict.host]: { auth } } }));
  texts.set('other.json', JSON.stringify({ auths: {} }));
  texts.set('helped.json', JSON.stringify({ credHelpers: { [strict.host]: 'vault' } }));
  proxy = createServer((_, response) => response.writeHead(502).end());
  proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.close();
  await Promise.all([strict.close(), open.close()]);
});

type Verdict = (assembled: Assembled, configuration: Configuration) => Promise<string> | string;

/** What becomes of the configuration: what the verdict says of it assembled, or the codes of its problems. */
async function verdictOf(section: Spec, verdict: Verdict): Promise<string> {
  const text = stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'Configuration', ...section });
  const parsed = parseConfiguration(parseDocuments(text, 'assay.yaml').documents[0]!);
  if (parsed.kind === 'problems') return `refused: ${parsed.problems.map(({ code }) => code).join(' ')}`;
  const runHelper = async () => ({ kind: 'credential', username: 'ada', password: 'secret' }) as const;
  const machine = { texts, now: () => new Date(), runHelper: runHelper as never };
  const assembled = assemble(parsed.configuration, machine, 'assay.yaml');
  if ('length' in assembled) return `refused: ${assembled.map(({ code }) => code).join(' ')}`;
  try {
    return await verdict(assembled, parsed.configuration);
  } finally {
    await assembled.evidence.close();
  }
}

const read =
  (name: () => string): Verdict =>
  async ({ evidence, keychain, references }) => {
    const reference = parseReference(name(), references);
    if ('kind' in reference) return reference.code;
    const need = { kind: 'image', reference } as const;
    const signal = AbortSignal.timeout(5000);
    const answers = await evidence.fulfil([need], { keychain, now: new Date(), signal });
    const answer = answers.find((one) => needKey(one.need) === needKey(need))?.read;
    return answer === undefined || answer.kind === 'found' || answer.kind === 'absent'
      ? `${answer?.kind}`
      : answer.code;
  };
const images: Verdict = ({ references }) => {
  const widget = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    spec: { pod: { containers: [{ image: 'nginx' }] }, image: 'redis' },
  };
  return JSON.stringify(imagesOf(widget, references).uses.map(({ field }) => field));
};
const reading =
  (text: string): Verdict =>
  ({ references }) =>
    JSON.stringify(parseReference(text, references));

/** Where a Pod's image is pulled from. */
const pulled: Verdict = ({ references }) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', image: 'nginx' }] } };
  return JSON.stringify(imagesOf(pod, references).uses.map(({ reference }) => reference));
};

/** How often a registry is asked for the signatures of one digest within a minute. */
const discoveries: Verdict = async ({ evidence, keychain, references, trustRoots }) => {
  const reference = parseReference(inOpen.reference, references);
  const material = trustRoots.get('public-good');
  if ('kind' in reference || reference.digest === undefined || material === undefined) return 'nothing to ask';
  const { repository, digest } = reference;
  const need = { kind: 'signatures', repository, digest, material, requirement: requirementOf(material) } as const;
  for (const second of [0, 30, 59])
    await evidence.fulfil([need], { keychain, now: new Date(second * 1000), signal: AbortSignal.timeout(5000) });
  return String(evidence.stats().discoveries);
};

interface Row {
  readonly one: Spec;
  readonly other: Spec;
  readonly verdict: Verdict;
  readonly refused?: { readonly code: string; readonly why: string };
}

const strictHost = (change: Spec = {}): Spec => ({
  registries: {
    hosts: [
      {
        ...{ host: strict.host, allowPrivateAddresses: true, caFile: 'ca.pem' },
        ...{ clientCertificateFile: 'client.crt', clientKeyFile: 'client.key', ...change },
      },
    ],
    credentials: { dockerConfigFile: 'docker.json' },
  },
});
const fromStrict = read(() => inStrict.name);
const openHost = (change: Spec = {}, more: Spec = {}): Spec => ({
  registries: { hosts: [{ host: open.host, plainHttp: true, allowPrivateAddresses: true, ...change }], ...more },
});
const fromOpen = read(() => inOpen.name);
const proxied = (change: Spec): Spec => openHost({}, { proxy: change });
const pair = { code: 'UNSAFE_COMBINATION', why: 'a certificate and its key go together' };
const widgets = (change: Spec = {}): Spec => ({
  workloads: [{ group: 'example.com', kinds: ['Widget'], podSpecs: ['spec.pod'], images: ['spec.image'], ...change }],
});
const rewriting = (change: Spec = {}): Spec => ({
  registries: { rewrites: [{ prefix: 'docker.io', replacement: 'mirror.example/hub', ...change }] },
});
const rooted = (change: Spec = {}): Spec => ({ trustRoots: [{ name: 'private', file: 'root.json', ...change }] });
const roots: Verdict = ({ trustRoots }) => [...trustRoots].map(([name, { id }]) => `${name} ${id}`).join();

const rows: Readonly<Record<string, () => Row>> = {
  'registries.hosts.host': () => ({ one: strictHost(), other: strictHost({ host: open.host }), verdict: fromStrict }),
  'registries.hosts.plainHttp': () => ({ one: openHost(), other: openHost({ plainHttp: false }), verdict: fromOpen }),
  'registries.hosts.allowPrivateAddresses': () => ({
    one: strictHost(),
    other: strictHost({ allowPrivateAddresses: false }),
    verdict: fromStrict,
  }),
  'registries.hosts.mirrors': () => {
    const mirrored = (mirrors: string[]): Spec => ({
      registries: {
        hosts: [
          { host: open.host, plainHttp: true, allowPrivateAddresses: true },
          { host: 'origin.test:1', plainHttp: true, allowPrivateAddresses: true, mirrors },
        ],
      },
    });
    const verdict = read(() => `origin.test:1/acme/shop:1`);
    return { one: mirrored([open.host]), other: mirrored([]), verdict };
  },
  'registries.hosts.caFile': () => ({
    one: strictHost(),
    other: strictHost({ caFile: 'other-ca.pem' }),
    verdict: fromStrict,
  }),
  'registries.hosts.clientCertificateFile': () => ({
    one: strictHost(),
    other: strictHost({ clientCertificateFile: 'ca.pem' }),
    verdict: fromStrict,
    refused: pair,
  }),
  'registries.hosts.clientKeyFile': () => ({
    one: strictHost(),
    other: strictHost({ clientKeyFile: 'ca.pem' }),
    verdict: fromStrict,
    refused: pair,
  }),
  'registries.requireFullyQualified': () => ({
    one: { registries: { requireFullyQualified: true } },
    other: { registries: { requireFullyQualified: false } },
    verdict: reading('nginx'),
  }),
  'registries.rewrites.prefix': () => ({
    one: rewriting(),
    other: rewriting({ prefix: 'quay.io' }),
    verdict: pulled,
  }),
  'registries.rewrites.replacement': () => ({
    one: rewriting(),
    other: rewriting({ replacement: 'other.example/hub' }),
    verdict: pulled,
  }),
  'registries.internationalHosts': () => ({
    one: { registries: { internationalHosts: ['xn--bcher-kva.example'] } },
    other: { registries: { internationalHosts: ['xn--other-kva.example'] } },
    verdict: reading('xn--bcher-kva.example/a'),
  }),
  'registries.credentials.dockerConfigFile': () => {
    const by = (dockerConfigFile: string): Spec => {
      const { registries } = strictHost() as { registries: Spec };
      return { registries: { ...registries, credentials: { dockerConfigFile } } };
    };
    return { one: by('docker.json'), other: by('other.json'), verdict: fromStrict };
  },
  'registries.credentials.helpers': () => {
    const by = (helpers: boolean): Spec => {
      const { registries } = strictHost() as { registries: Spec };
      return { registries: { ...registries, credentials: { dockerConfigFile: 'helped.json', helpers } } };
    };
    return { one: by(true), other: by(false), verdict: fromStrict };
  },
  'registries.proxy.http': () => ({
    one: proxied({ http: proxyUrl }),
    other: proxied({ http: '' }),
    verdict: fromOpen,
  }),
  'registries.proxy.https': () => {
    const by = (https: string): Spec => {
      const { registries } = strictHost() as { registries: Spec };
      return { registries: { ...registries, proxy: { https } } };
    };
    return { one: by(proxyUrl), other: by(''), verdict: fromStrict };
  },
  'registries.proxy.noProxy': () => ({
    one: proxied({ http: proxyUrl, noProxy: '127.0.0.1' }),
    other: proxied({ http: proxyUrl, noProxy: 'other.test' }),
    verdict: fromOpen,
  }),
  'trustRoots.name': () => ({ one: rooted(), other: rooted({ name: 'other' }), verdict: roots }),
  'trustRoots.file': () => ({
    one: rooted(),
    other: rooted({ file: 'none.json' }),
    verdict: roots,
    refused: { code: 'FIELD_MISSING', why: 'a root is of a file or of TUF' },
  }),
  'exceptions.namespaces': () => ({
    one: { exceptions: { namespaces: ['platform'] } },
    other: { exceptions: { namespaces: ['ops'] } },
    verdict: ({ exceptionNamespaces }) => exceptionNamespaces.join(),
  }),
  'bounds.discoverySeconds': () => ({
    one: { ...openHost(), bounds: { discoverySeconds: 3 } },
    other: { ...openHost(), bounds: { discoverySeconds: 3600 } },
    verdict: discoveries,
  }),
  unmatchedImages: () => ({
    one: { unmatchedImages: 'Deny' },
    other: { unmatchedImages: 'Allow' },
    verdict: ({ unmatchedImages }) => `${unmatchedImages}`,
  }),
  'workloads.group': () => ({ one: widgets(), other: widgets({ group: 'example.org' }), verdict: images }),
  'workloads.kinds': () => ({ one: widgets(), other: widgets({ kinds: ['Gadget'] }), verdict: images }),
  'workloads.podSpecs': () => ({ one: widgets(), other: widgets({ podSpecs: ['spec.other'] }), verdict: images }),
  'workloads.images': () => ({ one: widgets(), other: widgets({ images: ['spec.other'] }), verdict: images }),
};

/** Fields that a door reads, with the test of it; a word is what the field is called there, where it is another. */
const elsewhere: Readonly<Record<string, readonly [file: string, word?: string]>> = {
  'registries.hosts.redirectHosts': ['evidence/registry/redirect'],
  'registries.hosts.tokenHosts': ['evidence/registry/session'],
  'trustRoots.tuf.mirror': ['webhook/trust'],
  'trustRoots.tuf.rootFile': ['webhook/trust'],
  'trustRoots.tuf.refreshHours': ['webhook/trust'],
  policies: ['webhook/run'],
  policyBundleSeconds: ['webhook/bundles'],
  stateFolder: ['webhook/bundles'],
  failureMode: ['webhook/server'],
  'bounds.reviewSeconds': ['webhook/deadline', 'deadlineFrom'],
  'bounds.connectionsPerHost': ['evidence/registry/load'],
  storeFolder: ['evidence/store', 'store'],
  trustFolder: ['webhook/trust'],
  'webhook.address': ['webhook/settings'],
  'webhook.port': ['webhook/settings'],
  'webhook.metricsPort': ['webhook/settings'],
  'webhook.certificateFile': ['webhook/settings'],
  'webhook.keyFile': ['webhook/settings'],
  'webhook.clientCaFile': ['webhook/settings'],
  'webhook.drainSeconds': ['webhook/settings'],
  'records.file': ['webhook/records'],
  'records.decisions': ['webhook/records'],
  'records.bytes': ['webhook/records'],
  'policyBundles.repository': ['policies/bundle'],
  'policyBundles.threshold': ['policies/bundle'],
};

/** Fields that change no verdict, whatever they say; what they do is shown in `policies/proof-cache`. */
const harmless: Readonly<Record<string, string>> = {
  'bounds.proofCacheBytes': 'what is not remembered is proven again',
};

describe('every field of the configuration', () => {
  const required = requiredLeaves(configurationSchema);
  const fields = leaves(configurationSchema).filter(
    (field) => !['apiVersion', 'kind'].includes(field) && !field.startsWith('policyBundles.authorities.'),
  );

  it('has a row, or its place elsewhere', () => {
    expect([...Object.keys(rows), ...Object.keys(elsewhere), ...Object.keys(harmless)].toSorted()).toEqual(
      [...fields].toSorted(),
    );
  });

  it('and the authorities of bundles are those of policies, whose fields have their rows', () => {
    const ofPolicies = clusterWorkloadPolicySchema.properties.spec.properties.authorities.items;
    expect(policyBundle.properties.authorities.items).toBe(ofPolicies);
  });

  for (const [field, build] of Object.entries(rows)) {
    it(`${field} changes what is found, and does so because it is read`, async () => {
      const { one, other, verdict, refused } = build();
      const [first, second] = [await verdictOf(one, verdict), await verdictOf(other, verdict)];
      expect(first).not.toBe(second);
      const cut = [
        await verdictOf(without(one, field) as Spec, verdict),
        await verdictOf(without(other, field) as Spec, verdict),
      ];
      const refusal = required.has(field) ? 'FIELD_MISSING' : refused?.code;
      if (refusal === undefined) {
        expect(cut).not.toEqual([first, second]);
        for (const found of cut) expect(found).not.toContain('refused');
      } else for (const found of cut) expect(found).toContain(`refused: ${refusal}`);
    });
  }

  for (const [field, [file, word = field.split('.').at(-1) ?? '']] of Object.entries(elsewhere)) {
    it(`${field} is spoken of in ${file}`, () => {
      const path = join(import.meta.dirname, '..', `${file}.test.ts`);
      expect(existsSync(path) && readFileSync(path, 'utf8').includes(word)).toBe(true);
    });
  }
});
