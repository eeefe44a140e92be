import type { FulcioExtensions } from '../../../evidence/attestation/signer.ts';
import type { Extension } from './certificate.ts';
import * as der from './der.ts';

/** Who asks Fulcio for a certificate. */
export interface Identity {
  readonly issuer: string;
  readonly subject: { readonly kind: 'uri' | 'email' | 'other'; readonly value: string };
  /** Whatever else the certificate is to say. */
  readonly extensions?: FulcioExtensions;
}

/** A run of a GitHub workflow. */
export interface WorkflowRun {
  /** `owner/name`. */
  readonly repository: string;
  /** The file below `.github/workflows/`. */
  readonly workflow: string;
  /** `refs/tags/v1`, `refs/heads/main`. */
  readonly ref: string;
  readonly trigger?: string;
  readonly sha?: string;
  readonly runner?: string;
  readonly visibility?: string;
  readonly environment?: string;
}

/** GitHub's issuer of identity tokens. */
export const githubIssuer = 'https://token.actions.githubusercontent.com';

/** The identity that Fulcio gives to a run of a GitHub workflow, with all the extensions it writes (Fulcio, docs/oid-info.md). */
export function githubWorkflow(run: WorkflowRun): Identity {
  const source = `https://github.com/${run.repository}`;
  const sha = run.sha ?? '4fd1c2e8b1a5f2d6c3b7a9908172635445362718';
  const config = `${source}/.github/workflows/${run.workflow}@${run.ref}`;
  const trigger = run.trigger ?? 'push';
  return {
    issuer: githubIssuer,
    subject: { kind: 'uri', value: config },
    extensions: {
      githubWorkflowTrigger: trigger,
      githubWorkflowSha: sha,
      githubWorkflowName: run.workflow,
      githubWorkflowRepository: run.repository,
      githubWorkflowRef: run.ref,
      buildSignerUri: config,
      buildSignerDigest: sha,
      runnerEnvironment: run.runner ?? 'github-hosted',
      sourceRepository: source,
      sourceRepositoryDigest: sha,
      sourceRepositoryRef: run.ref,
      sourceRepositoryIdentifier: '1234567',
      sourceRepositoryOwner: `https://github.com/${run.repository.split('/')[0]}`,
      sourceRepositoryOwnerIdentifier: '7654321',
      buildConfigUri: config,
      buildConfigDigest: sha,
      buildTrigger: trigger,
      runInvocationUri: `${source}/actions/runs/42/attempts/1`,
      sourceRepositoryVisibility: run.visibility ?? 'public',
      ...(run.environment === undefined ? {} : { deploymentEnvironment: run.environment }),
      tokenSubject: `repo:${run.repository}:ref:${run.ref}`,
    },
  };
}

/** A person who signs in. */
export const person = (email: string, issuer = 'https://accounts.google.com'): Identity => ({
  issuer,
  subject: { kind: 'email', value: email },
});

const numbers: Readonly<Record<keyof FulcioExtensions, number>> = {
  githubWorkflowTrigger: 2,
  githubWorkflowSha: 3,
  githubWorkflowName: 4,
  githubWorkflowRepository: 5,
  githubWorkflowRef: 6,
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepository: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwner: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
  deploymentEnvironment: 23,
  tokenSubject: 24,
};

const arc = '1.3.6.1.4.1.57264.1';

/** Fulcio's extensions for an identity: the first six are bare text, the newer ones DER UTF8Strings. */
export function fulcioExtensions(identity: Identity): Extension[] {
  const bare = (number: number, text: string): Extension => ({ oid: `${arc}.${number}`, value: Buffer.from(text) });
  const wrapped = (number: number, text: string): Extension => ({ oid: `${arc}.${number}`, value: der.utf8(text) });
  const more = Object.entries(identity.extensions ?? {}).map(([name, text]: [string, string]) => {
    const number = numbers[name as keyof FulcioExtensions];
    return number < 8 ? bare(number, text) : wrapped(number, text);
  });
  return [bare(1, identity.issuer), wrapped(8, identity.issuer), ...more];
}
