import type { Flags } from './arguments.ts';
import { outputFlags, reportFormats } from './output.ts';
import { sessionFlags } from './session.ts';

/** Those of a report's formats that do without a file to point into. */
export const verifyFormats: readonly string[] = ['text', 'json', 'junit', 'github', 'markdown', 'html'].filter(
  (format) => reportFormats.includes(format),
);

/** Flags of `assay verify` that speak of a certificate's extensions, and the field of an identity that each becomes. */
export const extensionFlags = {
  'certificate-github-workflow-repository': 'sourceRepository',
  'certificate-github-workflow-ref': 'sourceRepositoryRef',
  'certificate-github-workflow-sha': 'sourceRepositoryDigest',
  'certificate-github-workflow-trigger': 'buildTrigger',
  'signer-digest': 'buildSignerDigest',
} as const;

/** Every flag of `assay verify`; spellings of cosign and gh are aliases where they mean the same. */
export const verifyFlags = {
  key: {
    value: 'FILE',
    multiple: true,
    help: 'public key (PEM, or hashivault://NAME) that must have signed; one of them, where several are given',
  },
  'certificate-identity': {
    value: 'SUBJECT',
    aliases: ['cert-identity'],
    help: "the certificate's subject, literally",
  },
  'certificate-identity-regexp': {
    value: 'RE2',
    aliases: ['cert-identity-regex'],
    help: 'the same as an RE2 pattern, anchored with ^ and $, its dots escaped',
  },
  'certificate-identity-glob': { value: 'GLOB', help: 'the same as a glob: * within a segment, ** across' },
  'certificate-oidc-issuer': { value: 'URL', aliases: ['cert-oidc-issuer'], help: 'the OIDC issuer, literally' },
  'certificate-github-workflow-repository': {
    value: 'OWNER/NAME',
    short: 'R',
    aliases: ['repo'],
    help: 'GitHub repository that was built',
  },
  'certificate-github-workflow-ref': { value: 'REF', aliases: ['source-ref'], help: 'ref that was built' },
  'certificate-github-workflow-sha': { value: 'COMMIT', aliases: ['source-digest'], help: 'commit that was built' },
  'certificate-github-workflow-trigger': { value: 'EVENT', help: 'event that started the build' },
  'signer-digest': { value: 'COMMIT', help: 'commit of the workflow that signed' },
  'deny-self-hosted-runners': { help: 'the runner must be github-hosted' },
  platform: {
    value: 'OS/ARCH[/VARIANT]',
    help: 'judge the manifest that such a node runs, by its own signatures; what the reference names where left out',
  },
  'allow-http-registry': { help: "speak HTTP without TLS to the image's own registry" },
  'insecure-ignore-tlog': { help: 'with --key: no log entry is asked for, as is the default here' },
  ...sessionFlags,
  ...outputFlags(verifyFormats),
  format: { value: 'FORMAT', choices: verifyFormats, help: 'the same, as gh spells it' },
  timeout: { value: 'DURATION', help: 'longest time for everything: 500ms, 30s, 2m (default 60s)' },
} as const satisfies Flags;
