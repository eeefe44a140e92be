import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Writes dist/: what `npm pack` publishes. One entry for each door, shared code in chunks, and the licences of everything inside. */

const root = import.meta.dirname;
const dist = join(root, 'dist');
const entryPoints = { assay: 'cli/main.ts', 'assay-webhook': 'webhook/main.ts' };

await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // Launchers must parse on the oldest Node that somebody may try; everything else runs on 24.
  target: 'node20',
  chunkNames: 'chunk/[name]-[hash]',
  legalComments: 'none',
  metafile: true,
  // fastify, pino and others are CommonJS inside and require Node's own modules.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'warning',
});
await Promise.all(Object.keys(entryPoints).map((name) => chmod(join(dist, `${name}.js`), 0o755)));
await writeFile(join(dist, 'LICENSES'), await licences(metafile));

/** Name, version and licence text of each package of which the bundle holds a file; a package without any is an error. */
async function licences({ inputs }: Metafile): Promise<string> {
  const folders = new Set(
    Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const texts = await Promise.all([...folders].sort().map(licence));
  return `This file lists the software that is bundled with Assay, with its licences.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function licence(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const { name, version, license, author } = manifest as Record<string, unknown>;
  const files = await readdir(join(root, folder));
  const file = files.find((each) => /^(licen[cs]e|copying)(\.|-|$)/i.test(each));
  if (file === undefined && typeof license !== 'string') throw new Error(`${folder} states no licence`);
  const holder = typeof author === 'string' ? author : JSON.stringify(author ?? 'its authors');
  const text = file === undefined ? `Copyright ${holder}` : await readFile(join(root, folder, file), 'utf8');
  return `${String(name)} ${String(version)} (${String(license)})\n\n${text.trim()}\n`;
}
