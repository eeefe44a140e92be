import { type PublishedImage, pushImage, type Registry, sha256 } from '../../support/registry/index.ts';
import { deployment, pod } from '../../support/shop/index.ts';
import {
  createSigstore,
  generateKey,
  githubIssuer,
  githubWorkflow,
  type ImageSignature,
  keySigner,
  publicPem,
  signImage,
} from '../../support/sigstore/index.ts';

/** Images of which it is known what ought to become of them, and the policy that says so. */
export interface Truth {
  readonly policies: string;
  readonly files: Readonly<Record<string, string>>;
  /** One review of one to three of the images, by tag or digest, as a Pod or a Deployment. */
  draw(random: (below: number) => number): Case;
}

/** One object to be reviewed, and the truth about it. */
export interface Case {
  readonly kind: 'Pod' | 'Deployment';
  /** What its images are, for people. */
  readonly names: readonly string[];
  readonly references: readonly string[];
  readonly allowed: boolean;
  /** Codes with which it may be denied where no fault is in the way. */
  readonly codes: ReadonlySet<string>;
  /** What mutation may leave in the place of its images. */
  readonly mayBecome: ReadonlySet<string>;
}

export const manifestOf = ({ kind, references }: Case): string =>
  kind === 'Pod' ? pod('p', references) : deployment('d', references);

interface Known {
  readonly name: string;
  /** With a tag, and with a digest. */
  readonly tagged: string;
  readonly pinned: string;
  /** The tag and what it names, where it names something. */
  readonly both?: string;
  readonly allowed: boolean;
  readonly codes: readonly string[];
}

const signed = { allowed: true, codes: [] } as const;
const unsigned = { allowed: false, codes: ['NO_SIGNATURE'] } as const;
const bySomebodyElse = { allowed: false, codes: ['SIGNATURE_WRONG', 'SIGNER_NOT_ACCEPTED'] } as const;
const ofAnother = { allowed: false, codes: ['SUBJECT_MISMATCH'] } as const;

/** Publishes the images, each kind some times over, so that the faults meet different parts of each. */
export async function publish(registry: Registry): Promise<Truth> {
  const sigstore = createSigstore();
  const key = generateKey();
  const as = keySigner(key);
  const release = githubWorkflow({ repository: 'acme/app', workflow: 'release.yml', ref: 'refs/tags/v1' });
  const mallory = githubWorkflow({ repository: 'mallory/app', workflow: 'release.yml', ref: 'refs/tags/v1' });
  const images: Known[] = [];
  const add = async (name: string, known: Pick<Known, 'allowed' | 'codes'>, how?: Partial<ImageSignature>) => {
    const tag = `t${images.length}`;
    const platforms = images.length % 3 === 2 ? { platforms: ['linux/amd64', 'linux/arm64'] } : {};
    const image = await pushImage(registry, { repository: 'acme/app', tag, seed: `${name} ${tag}`, ...platforms });
    if (how !== undefined) await signImage({ registry, ...image, as, format: 'bundle', ...how });
    images.push(place(name, image, known));
  };
  for (let round = 0; round < 4; round++) {
    await add('signed, bundle', signed, {});
    await add('signed, .sig tag', signed, { format: 'sig-tag' });
    await add('unsigned', unsigned);
    await add('forged, bundle', bySomebodyElse, { as: keySigner(generateKey()) });
    await add('forged, .sig tag', bySomebodyElse, { as: keySigner(generateKey()), format: 'sig-tag' });
    await add('of another, bundle', ofAnother, { subject: sha256('another image') });
    await add('of another, .sig tag', ofAnother, { subject: sha256('another image'), format: 'sig-tag' });
  }
  await add('keyless, bundle', signed, { as: sigstore.keyless(release) });
  await add('by a stranger, bundle', bySomebodyElse, { as: sigstore.keyless(mallory) });
  for (let round = 0; round < 2; round++) {
    const reference = `${registry.host}/acme/app:missing-${round}`;
    const pinned = `${registry.host}/acme/app@${sha256(`missing ${round}`)}`;
    images.push({
      name: 'missing',
      tagged: reference,
      pinned,
      allowed: false,
      codes: ['TAG_NOT_FOUND', 'NO_SIGNATURE'],
    });
  }
  return {
    policies: policy(registry.host, publicPem(key.publicKey), release.subject.value),
    files: { 'trusted_root.json': sigstore.trustedRoot },
    draw: (random) => draw(images, random),
  };
}

const place = (name: string, image: PublishedImage, known: Pick<Known, 'allowed' | 'codes'>): Known => ({
  name,
  tagged: image.name,
  pinned: image.reference,
  both: `${image.name}@${image.digest}`,
  ...known,
});

function draw(images: readonly Known[], random: (below: number) => number): Case {
  const kind = random(2) === 0 ? 'Pod' : 'Deployment';
  const number = [1, 1, 1, 1, 2, 3][random(6)] ?? 1;
  const drawn = Array.from({ length: number }, () => {
    // Half of them signed: what ought to be denied is easily denied for another reason, too.
    const among = images.filter(({ allowed }) => allowed || random(2) === 0);
    const image = among[random(among.length)];
    if (image === undefined) throw new Error('no images');
    return { image, byTag: random(2) === 0 };
  });
  // A Pod that was never pinned is denied, whatever its images are: mutation may not have been able to, or was not asked.
  const unpinned = kind === 'Pod' && drawn.some(({ byTag }) => byTag);
  const references = drawn.map(({ image, byTag }) => (byTag ? image.tagged : image.pinned));
  return {
    kind,
    names: drawn.map(({ image, byTag }) => `${image.name} by ${byTag ? 'tag' : 'digest'}`),
    references,
    allowed: drawn.every(({ image }) => image.allowed),
    codes: new Set([...drawn.flatMap(({ image }) => image.codes), ...(unpinned ? ['NOT_PINNED'] : [])]),
    mayBecome: new Set([...references, ...drawn.flatMap(({ image }) => image.both ?? [])]),
  };
}

const policy = (host: string, pem: string, subject: string): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: truth}
spec:
  images: ["${host}/acme/*"]
  authorities:
  - name: key
    key: {data: ${JSON.stringify(pem)}}
  - name: release
    keyless:
      trustRoot: private
      identities: [{issuer: "${githubIssuer}", subject: "${subject}"}]
  signatures: {from: [key, release]}
`;
