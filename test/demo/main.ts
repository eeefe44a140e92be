import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startRegistry } from '../support/registry/index.ts';
import { deployment, pod, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import { publicPem, startSigstore } from '../support/sigstore/index.ts';
import { createTlsAuthority } from '../support/tls/index.ts';
import { untilEnded } from '../support/until-ended.ts';
import { admit, freePort, type Reviewer, startWebhook } from './webhook.ts';

/**
 * The main job, from nothing to verdicts: a registry and a private Sigstore on loopback, a small shop of images, and the
 * bundled webhook over TLS that is asked about real manifests. `--keep` leaves all of it running.
 */

interface Scene {
  readonly about: string;
  readonly manifest: string;
  readonly expected: 'admitted' | 'denied';
}

const keep = process.argv.includes('--keep');
const unknown = process.argv.slice(2).filter((argument) => argument !== '--keep');
if (unknown.length > 0) {
  console.error(`demo: unknown argument ${unknown[0]}; --keep leaves everything running`);
  process.exit(64);
}

const folder = keep ? join(import.meta.dirname, '..', '..', '.demo') : mkdtempSync(join(tmpdir(), 'assay-demo-'));
await using registry = await startRegistry();
await using sigstore = await startSigstore();
const shop = await publishShop(registry, sigstore);
const ports = { port: await freePort(), metricsPort: await freePort() };
const tls = createTlsAuthority('assay demo');
writeFolder();
const webhook = await startWebhook(folder, ports, tls.ca);
try {
  const wrong = await play(webhook);
  if (keep) await stay();
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await webhook.stop();
  if (!keep) rmSync(folder, { recursive: true, force: true });
}

function writeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['policies', 'tls', 'manifests']) mkdirSync(join(folder, name), { recursive: true });
  const server = tls.server();
  const files: Readonly<Record<string, string>> = {
    'assay.yaml': shopConfiguration(registry.host, ports),
    'policies/shop.yaml': shopPolicies(registry.host, shop),
    'trusted_root.json': sigstore.trustedRoot,
    'tools.pub': publicPem(shop.key.publicKey),
    'tls/tls.crt': server.cert,
    'tls/tls.key': server.key,
    'tls/ca.crt': tls.ca,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  for (const [index, { manifest }] of scenes(shop).entries())
    writeFileSync(join(folder, 'manifests', `${index + 1}.yaml`), manifest);
}

function scenes({ images }: Shop): readonly Scene[] {
  return [
    {
      about: 'signed by its own release workflow (cosign 3 bundle)',
      manifest: deployment('shop', [images.shop.name]),
      expected: 'admitted',
    },
    {
      about: 'an index for two platforms, signed the same way (cosign 2 .sig tag)',
      manifest: deployment('api', [images.api.name]),
      expected: 'admitted',
    },
    {
      about: 'signed with the key of the tools team',
      manifest: deployment('billing', [images.billing.name]),
      expected: 'admitted',
    },
    {
      about: 'a Pod with a tag: mutation pins it, validation proves the digest',
      manifest: pod('shop', [images.shop.name, images.billing.name]),
      expected: 'admitted',
    },
    { about: 'not signed at all', manifest: deployment('unsigned', [images.unsigned.name]), expected: 'denied' },
    {
      about: 'signed by a stranger, on the same Sigstore',
      manifest: deployment('stranger', [images.stranger.name]),
      expected: 'denied',
    },
    {
      about: "with another image's signature",
      manifest: deployment('copied', [images.copied.name]),
      expected: 'denied',
    },
    {
      about: 'whose tag was moved after signing',
      manifest: deployment('moved', [images.moved.name]),
      expected: 'denied',
    },
    { about: 'signed with some other key', manifest: deployment('forged', [images.forged.name]), expected: 'denied' },
    {
      about: 'one bad image among good ones',
      manifest: deployment('mixed', [images.shop.name, images.unsigned.name]),
      expected: 'denied',
    },
  ];
}

async function play(reviewer: Reviewer): Promise<number> {
  console.log(
    `A registry at ${registry.host}, a private Sigstore, and the webhook at ${reviewer.url}. Ten manifests:\n`,
  );
  let wrong = 0;
  for (const [index, scene] of scenes(shop).entries()) {
    const answer = await admit(reviewer, scene.manifest);
    const verdict = answer.allowed ? 'admitted' : 'denied';
    if (verdict !== scene.expected) wrong += 1;
    console.log(
      `${String(index + 1).padStart(2)}. ${verdict.padEnd(8)} ${answer.milliseconds.toFixed(1).padStart(6)} ms   ${scene.about}`,
    );
    for (const patch of answer.patches) console.log(`      pinned   ${patch}`);
    for (const line of answer.message.split('\n').filter((text) => text !== '')) console.log(`      ${line}`);
    if (verdict !== scene.expected) console.log(`      WRONG: ${scene.expected} was expected`);
  }
  const again = await admit(reviewer, deployment('shop', [shop.images.shop.reference]));
  registry.clearRequests();
  const warm = await admit(reviewer, deployment('shop', [shop.images.shop.reference]));
  console.log(
    `\nThe first again, by digest: ${again.allowed && warm.allowed ? 'admitted' : 'denied'} in ${warm.milliseconds.toFixed(1)} ms with ${registry.requests.length} requests to the registry.`,
  );
  console.log(wrong === 0 ? 'Every verdict is as it ought to be.' : `${wrong} verdicts are not as they ought to be.`);
  return wrong;
}

async function stay(): Promise<void> {
  const at = relative(process.cwd(), folder) || '.';
  const node = 'node_modules/.bin/node dist/assay.js';
  const { images } = shop;
  console.log(`
Everything stays up until Ctrl-C. From this folder, try:

  ${node} check --config ${at}/assay.yaml ${at}/manifests
  ${node} verify --config ${at}/assay.yaml -p ${at}/policies ${images.stranger.name}
  ${node} verify --config ${at}/assay.yaml --key ${at}/tools.pub ${images.billing.name}
  ${node} verify --config ${at}/assay.yaml --trusted-root ${at}/trusted_root.json \\
    --certificate-oidc-issuer https://token.actions.githubusercontent.com \\
    --certificate-identity https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.2 ${images.shop.name}
  curl --cacert ${at}/tls/ca.crt ${webhook.url}/readyz
  curl -s http://127.0.0.1:${ports.metricsPort}/metrics | grep assay_

Edit ${at}/policies/shop.yaml: the webhook takes it up within seconds.`);
  await untilEnded();
}
