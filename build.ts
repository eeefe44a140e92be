import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Writes dist/: what `npm pack` publishes, and the licences of everything inside. */

const root = import.meta.dirname;
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
const common = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const;

/** The server: one entry, and what it may never need in chunks. */
const server = await build({
  ...common,
  entryPoints: { 'assay-webhook': 'webhook/main.ts' },
  splitting: true,
  format: 'esm',
  // The first file must parse on the oldest Node that somebody may try; everything else runs on 24.
  target: 'node20',
  chunkNames: 'chunk/[name]-[hash]',
  // fastify, pino and others are CommonJS inside and require Node's own modules.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
});

/** What most commands do without, in files of their own; nothing of ours is inside. */
const seldom = ['undici', '@sigstore/tuf'];
const seldomFile = (name: string): string => `${name.replace(/^@/, '').replace('/', '-')}.cjs`;

/** The command line: one file, so that one piece of compiled code can be kept for it (host/compiled.ts). */
const commonJs = { ...common, format: 'cjs', target: 'node24', outExtension: { '.js': '.cjs' } } as const;
const program = await build({
  ...commonJs,
  entryPoints: { program: 'cli/program.ts' },
  entryNames: '[name]-[hash]',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  // What Node would put around it, which does not put it there.
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
  plugins: [
    {
      name: 'seldom',
      setup(plugin) {
        const filter = new RegExp(`^(?:${seldom.join('|')})$`);
        plugin.onResolve({ filter }, ({ path }) => ({ path: `./${seldomFile(path)}`, external: true }));
      },
    },
  ],
});
const packages = await build({
  ...commonJs,
  entryPoints: Object.fromEntries(seldom.map((name) => [basename(seldomFile(name), '.cjs'), name])),
});
const [programFile = ''] = Object.keys(program.metafile.outputs);
await writeFile(join(root, programFile), ascii(await readFile(join(root, programFile), 'utf8')));
const first = await build({
  ...common,
  entryPoints: { assay: 'cli/bundled.ts' },
  format: 'esm',
  target: 'node20',
  define: { PROGRAM: JSON.stringify(basename(programFile)) },
  plugins: [
    {
      // An import of node:fs reads each of its exports, and with them the streams that it would make.
      name: 'builtin',
      setup(plugin) {
        plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
        plugin.onLoad({ filter: /^node:/, namespace: 'builtin' }, ({ path }) => ({
          contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
        }));
      },
    },
  ],
});

await Promise.all(['assay', 'assay-webhook'].map((name) => chmod(join(dist, `${name}.js`), 0o755)));
await writeFile(
  join(dist, 'LICENSES'),
  await licences([server, program, packages, first].map(({ metafile }) => metafile)),
);

/** A byte for each character, as it is read: what esbuild leaves as it is in comments and tagged templates is escaped as well. */
function ascii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Name, version and licence text of each package of which the bundle holds a file; a package without any is an error. */
async function licences(built: readonly Metafile[]): Promise<string> {
  const folders = new Set(
    built
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
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
