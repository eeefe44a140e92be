import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest, Evidence, Keychain, SignatureFacts, Proof } from '../evidence/index.ts';
import { absent, type Answer, found, publicGoodRoot } from '../evidence/index.ts';
import { errorSections } from '../generate.ts';
import {
  compilePolicies,
  judge,
  parseConfiguration,
  parseDocuments,
  renderProblem,
  requestFor,
  type Finding,
  type ReferenceRules,
} from '../policies/index.ts';
import { githubIssuer, githubWorkflow } from './support/sigstore/index.ts';

const sections = errorSections(readFileSync(join(resolve(import.meta.dirname, '..'), 'docs/errors.md'), 'utf8'));
const digest = `sha256:${'3f2a91c07b1d'.repeat(5)}3f2a` as Digest;
const image = 'ghcr.io/acme/shop:1.4.2';

/** Every tag but `gone` exists, and this is signed by those. */
const evidenceOf = (facts: SignatureFacts): Evidence => ({
  fulfil: (needs) =>
    Promise.resolve(
      needs.map((need): Answer => {
        switch (need.kind) {
          case 'signatures':
            return { kind: 'signatures', need, read: found(facts) };
          case 'attestations':
            return { kind: 'attestations', need, read: found(facts) };
          case 'image':
            return {
              kind: 'image',
              need,
              read: need.reference.tag === 'gone' ? absent : found({ digest, kind: 'manifest' }),
            };
          case 'config':
            return { kind: 'config', need, read: found({ config: {} }) };
          case 'manifest':
          case 'modules':
            throw new Error('nobody asks');
          case 'platforms':
            return { kind: 'platforms', need, read: found({ kind: 'manifest', runnable: [{ digest }] }) };
        }
      }),
    ),
  stats: () => ({ discoveries: 0, discoveriesFromCache: 0, proofs: 0, proofsFromCache: 0 }),
  close: () => Promise.resolve(),
});

const nothing: SignatureFacts = { proven: [], rejected: [] };

const signedBy = (repository: string): SignatureFacts => {
  const { subject, issuer, extensions } = githubWorkflow({
    repository,
    workflow: 'release.yml',
    ref: 'refs/heads/main',
  });
  const signer = {
    kind: 'certificate',
    subject,
    issuer,
    extensions,
    fingerprint: digest,
    notBefore: new Date('2026-11-02T10:14:00Z'),
  };
  return {
    proven: [
      {
        source: { via: 'referrers', manifest: digest },
        verified: {
          signer,
          statement: { role: 'signature' },
          entity: digest,
          logEntries: [],
          timestamps: [],
        } as unknown as Proof,
      },
    ],
    rejected: [],
  };
};

const keyless = (name: string, subject: string) =>
  `  - {name: ${name}, keyless: {trustRoot: public-good, identities: [{issuer: "${githubIssuer}", subjectGlob: "${subject}"}]}}\n`;

const policy = (
  rest: string,
  authorities = keyless('release', 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*'),
) =>
  `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: acme-releases}\nspec:\n  images: ["ghcr.io/acme/*"]\n  authorities:\n${authorities}${rest}`;

const trustRoots = new Map([['public-good', publicGoodRoot().material]]);

interface Case {
  readonly object?: object;
  readonly text?: string;
  readonly facts?: SignatureFacts;
  readonly references?: ReferenceRules;
  readonly user?: string;
}

const signatures = policy('  signatures: {from: [release]}\n  pin: None\n');
const revocation = (reason: string, what: string) =>
  `---\napiVersion: assay.dev/v1alpha1\nkind: Revocation\nmetadata: {name: incident-7}\nspec: {reason: ${reason}, ${what}}\n`;
const rule = (expression: string, more = '') =>
  policy(`  pin: None\n  validations: [{name: rule, expression: "${expression}"${more}}]\n`);
const podOf = (...images: readonly unknown[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop' },
  spec: { containers: images.map((each, index) => ({ name: `c${index}`, image: each })) },
});

async function findings({
  object = podOf(image),
  text = signatures,
  facts = nothing,
  references,
  user,
}: Case): Promise<readonly Finding[]> {
  const { policies, problems } = compilePolicies(parseDocuments(text, 'policy.yaml').documents, { trustRoots });
  expect(problems).toEqual([]);
  const keychain = { scope: '' } as unknown as Keychain;
  const decision = await judge(
    {
      phase: 'validate',
      operation: 'CREATE',
      object,
      ...(user === undefined ? {} : { request: requestFor(object, { userInfo: { username: user } }) }),
    },
    {
      policies,
      references: references ?? {},
      unmatchedImages: 'Warn',
      evidence: evidenceOf(nothing),
      assumptions: {
        answer: (question) =>
          question.kind === 'signatures' ? { kind: question.kind, need: question, read: found(facts) } : undefined,
      },
      keychain,
      now: new Date('2026-11-02T00:00:00Z'),
      signal: AbortSignal.timeout(1000),
    },
  );
  return decision.findings;
}

const violations: Readonly<Record<string, Case>> = {
  NO_SIGNATURE: {},
  NO_ATTESTATION: {
    text: policy(
      '  attestations: [{name: scan, type: https://cosign.sigstore.dev/attestation/vuln/v1, from: [release], required: true}]\n  pin: None\n',
    ),
  },
  SIGNER_NOT_ACCEPTED: { facts: signedBy('mallory/shop') },
  THRESHOLD_NOT_MET: {
    facts: signedBy('acme/shop'),
    text: policy(
      '  signatures: {from: [release, security], threshold: 2}\n  pin: None\n',
      keyless('release', 'https://github.com/acme/**') + keyless('security', 'https://github.com/security/**'),
    ),
  },
  SIGNER_REVOKED: {
    facts: signedBy('acme/shop'),
    text: `${policy('  signatures: {from: [release]}\n  pin: None\n', keyless('release', 'https://github.com/acme/**'))}${revocation('the runner was taken over', 'signers: [{signedFrom: "2026-01-01T00:00:00Z"}]')}`,
  },
  REVOKED: {
    facts: signedBy('acme/shop'),
    text: `${signatures}${revocation('it leaks credentials', `digests: ["${digest}"]`)}`,
  },
  TAG_NOT_FOUND: { object: podOf('ghcr.io/acme/shop:gone') },
  NOT_PINNED: { text: policy('  pin: Pods\n') },
  NOT_REWRITTEN: {
    object: podOf('docker.io/library/nginx:1.29'),
    references: { rewrites: [{ prefix: 'docker.io', replacement: 'mirror.example/hub' }] },
  },
  IMAGE_NOT_GOVERNED: { object: podOf('registry.example/other:1') },
  REFERENCE_NOT_OCI: {
    object: {
      apiVersion: 'extensions.istio.io/v1alpha1',
      kind: 'WasmPlugin',
      spec: { url: 'https://example.com/filter.wasm' },
    },
  },
  REFERENCE_FILLED_IN: {
    object: { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [{ name: 's', image: '$(params.image)' }] } },
  },
  WORKLOAD_UNKNOWN: {
    object: { apiVersion: 'example.com/v1', kind: 'Widget', spec: { containers: [{ name: 'w', image }] } },
  },
  REFERENCE_MALFORMED: { object: podOf('ghcr.io/Acme/shop:1.4.2') },
  REFERENCE_AMBIGUOUS: { object: podOf('nginx:1.29'), references: { requireFullyQualified: true } },
  REFERENCE_HOST_REFUSED: { object: podOf('xn--ghcr-abc.io/acme/shop:1') },
  LIMIT_IMAGES: { object: podOf(...Array.from({ length: 1001 }, () => image)) },
  VALIDATION_FAILED: {
    object: podOf('ghcr.io/acme/shop:latest'),
    text: rule("image.tag.matches('^[0-9]')", ', message: images of acme carry a version'),
  },
  EXCEPTION_NOT_APPROVED: {
    object: { apiVersion: 'assay.dev/v1alpha1', kind: 'WorkloadException', spec: { approver: 'alice' } },
    user: 'mallory',
  },
  EXPRESSION_FAILED: { text: rule('object.spec.replicas > 1') },
  LOOKUP_UNAVAILABLE: {
    object: { ...podOf(image), metadata: { name: 'shop', namespace: 'shop' } },
    text: rule("namespaceObject.metadata.labels.team == 'shop'"),
  },
  NOT_OBSERVABLE: { text: rule("request.operation == 'CREATE'") },
  OBJECT_UNREADABLE: { object: { apiVersion: 'v1', kind: 'Pod', spec: { containers: 'shop' } } },
};

describe('the examples of docs/errors.md', () => {
  for (const [code, given] of Object.entries(violations)) {
    it(`say for ${code} what a review finds`, async () => {
      const seen = (await findings(given)).filter((finding) => finding.code === code);
      expect(seen.map((finding) => `found ${finding.found}, expected ${finding.expected}`)).toContain(exampleOf(code));
    });
  }

  const documents: Readonly<Record<string, string>> = {
    DOCUMENT_UNREADABLE: 'a: 1\na: 2\n',
    DOCUMENT_TOO_LARGE: `a: &a [1]\nb: [${Array.from({ length: 101 }, () => '*a').join(', ')}]\n`,
    DOCUMENT_KIND_UNKNOWN: 'apiVersion: v1\nkind: Pod\n',
    FIELD_UNKNOWN: policy('  signature: {from: [release]}\n'),
    FIELD_MISSING: policy('  signatures: {threshold: 1}\n'),
    FIELD_WRONG: policy('  signatures: {from: [release], threshold: many}\n'),
    FIELD_NOT_BUILT:
      'apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: json}\nspec:\n  evaluation: {mode: JSON}\n  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}\n  validations: [{expression: "true"}]\n',
    EXPRESSION_WRONG: policy('  validations: [{name: few, expression: "size(images) < \'3\'"}]\n'),
    NAME_TAKEN: `${signatures}---\n${signatures}`,
    REFERENCE_UNRESOLVED: policy('  signatures: {from: [relase]}\n'),
    PATTERN_WRONG: signatures.replace('ghcr.io/acme/*', 'nginx'),
    UNSAFE_COMBINATION: policy('  signatures: {from: [release], threshold: 2}\n'),
  };

  for (const [code, text] of Object.entries(documents)) {
    it(`say for ${code} what loading a document says`, () => {
      const parsed = parseDocuments(text, 'policy.yaml');
      const compiled = compilePolicies(parsed.documents, { trustRoots });
      expect([...parsed.problems, ...compiled.problems].map(renderProblem)).toContain(exampleOf(code));
    });
  }

  it('say the same of a configuration', () => {
    const [document] = parseDocuments(
      'apiVersion: assay.dev/v1alpha1\nkind: Configuration\nwebhooks: {}\n',
      'assay.yaml',
    ).documents;
    const parsed = document === undefined ? undefined : parseConfiguration(document);
    expect(parsed?.kind === 'problems' ? parsed.problems.map(({ code }) => code) : []).toEqual(['FIELD_UNKNOWN']);
  });
});

/** What stands in the section behind `Example:`, without its code quotes. */
function exampleOf(code: string): string {
  const [, example = ''] = /^Example: `+ ?([\s\S]*?) ?`+\.?$/m.exec(sections.get(code) ?? '') ?? [];
  return example;
}
