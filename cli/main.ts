#!/usr/bin/env node
import { requireSupportedNode } from '../host/node-version.ts';

// An older Node stops here, before it meets anything that it cannot load.
requireSupportedNode('assay');
const { runProgram } = await import('./program.ts');
process.exitCode = await runProgram(process.argv.slice(2), process);
