#!/usr/bin/env node
import { requireSupportedNode } from '../host/node-version.ts';
import type { runProgram as RunProgram } from './program.ts';

/** The program's file beside this one, which the build puts in; its name has the hash of what is in it. */
declare const PROGRAM: string;

// An older Node stops here, before it meets anything that it cannot load.
requireSupportedNode('assay');
const { loadCompiled } = await import('../host/compiled.ts');
const [command = '', ...rest] = process.argv.slice(2);
// A word that is no command ends with a usage error, for which nothing is kept.
const work = /^[a-z][a-z-]{0,20}$/.test(command) ? command : 'help';
const loaded = loadCompiled(`${import.meta.dirname}/${PROGRAM}`, work, process.env);
const { runProgram } = loaded.exports as { readonly runProgram: typeof RunProgram };
process.exitCode = await runProgram([command, ...rest], process);
if (process.exitCode < 64) loaded.keep();
