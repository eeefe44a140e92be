import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

interface Room {
  /** Rooms it may enter, by their index.ts. */
  readonly rooms: readonly string[];
  readonly packages: readonly RegExp[];
}

const rooms: Record<string, Room> = {
  evidence: {
    rooms: [],
    packages: [/^@sigstore\//, /^undici$/, /^lru-cache$/, /^@noble\//, /^node:(?!fs|process|child_process|os|worker)/],
  },
  policies: { rooms: ['evidence'], packages: [/^typebox(\/|$)/, /^yaml$/, /^re2js$/] },
  host: { rooms: [], packages: [/^node:/] },
  webhook: {
    rooms: ['evidence', 'policies', 'host'],
    packages: [/^node:/, /^fastify$/, /^pino$/, /^prom-client$/, /^@kubernetes\/client-node$/, /^@opentelemetry\//],
  },
  cli: { rooms: ['evidence', 'policies', 'host'], packages: [/^node:/] },
};

/** Narrower homes inside a room: a package and the only places that may import it. */
const homes: readonly { readonly what: RegExp; readonly only: RegExp }[] = [
  { what: /^@sigstore\//, only: /^evidence\/(attestation|trust)\// },
  {
    what: /^(undici|node:net|node:tls|node:https?|node:dns)(\/|$)/,
    only: /^(evidence\/(registry\/|trust\/refresh)|webhook\/|host\/)/,
  },
  { what: /^re2js$/, only: /^policies\/cel\// },
];

const topLevel = new Set([
  ...Object.keys(rooms),
  ...['charts', 'testdata', 'test', 'docs', 'schemas', 'node_modules', 'dist', '.git', '.ci'],
]);

const forbiddenNames = /^(utils?|helpers?|common|misc|types?|constants?)\.ts$/;

describe('the house', () => {
  it('has only the rooms of the design at its top level', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const strangers = folders.map((entry) => entry.name).filter((name) => !topLevel.has(name) && !name.startsWith('.'));
    expect(strangers).toEqual([]);
  });

  it('has no file that is named after nothing', () => {
    const named = Object.keys(rooms)
      .flatMap(sources)
      .filter((file) => forbiddenNames.test(file.split('/').at(-1) ?? ''));
    expect(named).toEqual([]);
  });

  it('has no source file of more than 300 lines', () => {
    const long = Object.keys(rooms)
      .flatMap(sources)
      .filter((file) => read(file).split('\n').length > 301);
    expect(long).toEqual([]);
  });

  for (const [name, room] of Object.entries(rooms)) {
    it(`lets ${name}/ import ${[...room.rooms, 'its own packages'].join(', ')} only`, () => {
      expect(sources(name).flatMap((file) => trespasses(name, room, file))).toEqual([]);
    });
  }

  it('lets nothing but the cases of policies assume what is said of images', () => {
    const named = (word: string) =>
      Object.keys(rooms)
        .flatMap(sources)
        .filter((file) => new RegExp(`\\b${word}\\b`).test(code(file)));
    expect(named('AssumedStatement')).toEqual(['evidence/assumed.ts']);
    expect(named('assume')).toEqual(['evidence/assumed.ts', 'evidence/index.ts', 'policies/assumption.ts']);
    expect(named('assumptionsOf')).toEqual(['policies/assumption.ts', 'policies/index.ts', 'cli/cases.ts']);
    expect(named('assumptions')).toEqual(['policies/ask.ts', 'cli/cases.ts', 'cli/judgement.ts']);
    expect(named('runCases')).toEqual(['cli/cases.ts', 'cli/tests.ts']);
    expect(named('runTests')).toEqual(['cli/command/test.ts', 'cli/tests.ts']);
  });

  it('has no clock, process or long-lived timer in evidence/ and policies/', () => {
    const reading = /\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bsetInterval\b|\bperformance\.now\b/;
    const found = [...sources('evidence'), ...sources('policies')].filter((file) => reading.test(code(file)));
    expect(found).toEqual([]);
  });

  it('opens a socket nowhere but in evidence/registry/, evidence/trust/refresh.ts and the webhook', () => {
    const opening = /(?<!\.)\bfetch\((?!\w+:)|\bcreateServer\(|\bnew WebSocket\b/;
    const found = [...sources('evidence'), ...sources('policies'), ...sources('cli')].filter(
      (file) => opening.test(code(file)) && !/^evidence\/(registry\/|trust\/refresh\.ts)/.test(file),
    );
    expect(found).toEqual([]);
  });
});

function trespasses(name: string, room: Room, file: string): string[] {
  return imports(file).flatMap((specifier) => {
    const trouble = specifier.startsWith('.')
      ? throughTheWall(name, room, file, specifier)
      : notItsPackage(room, file, specifier);
    return trouble === undefined ? [] : [`${file}: ${trouble}`];
  });
}

function throughTheWall(name: string, room: Room, file: string, specifier: string): string | undefined {
  const target = relative(root, resolve(root, dirname(file), specifier));
  const [targetRoom = ''] = target.split('/');
  if (targetRoom === name) return undefined;
  if (target === 'package.json') return undefined;
  if (!room.rooms.includes(targetRoom)) return `${specifier} enters ${targetRoom}/`;
  const door = targetRoom === 'host' ? /^host\/[^/]+\.ts$/ : /^[^/]+\/index\.ts$/;
  return door.test(target) || publicDoors.has(target)
    ? undefined
    : `${specifier} climbs into ${targetRoom}/ past its index.ts`;
}

/** The CEL engine is a library of its own inside policies/, with a door of its own. */
const publicDoors = new Set(['policies/cel/index.ts']);

function notItsPackage(room: Room, file: string, specifier: string): string | undefined {
  if (!room.packages.some((allowed) => allowed.test(specifier))) return `${specifier} is not a package of this room`;
  const home = homes.find(({ what }) => what.test(specifier));
  return home && !home.only.test(file) ? `${specifier} has its home in ${home.only.source}` : undefined;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The file without comments, so that prose about clocks is no clock. */
const code = (file: string): string => read(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

const imports = (file: string): string[] =>
  [...code(file).matchAll(/(?:^(?:import|export)\b[^'"`]*?\bfrom\s*|^import\s*|\bimport\()'([^'\n]+)'/gm)].flatMap(
    ([, specifier]) => specifier ?? [],
  );
