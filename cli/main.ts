#!/usr/bin/env node
// Nothing but this file may load before the check: an older Node dies in a dependency, with a sentence nobody understands.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if ((major === 24 && minor >= 15) || major >= 26) {
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2), process);
} else {
  process.stderr.write(`assay needs Node 24.15 or later, or 26 or later; this is Node ${process.versions.node}\n`);
  process.exitCode = 64;
}
