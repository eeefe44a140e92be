/** The versions of Node that Assay runs on, as package.json's `engines` states them. */
export const supportedNodes = '^24.15.0 || >=26';

/** Whether a version such as `24.21.0` is one of them. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 26 || (major === 24 && minor >= 15);
}

/** Ends the process with one sentence on any other Node; imports nothing, so that it runs on every one. */
export function requireSupportedNode(program: string): void {
  const { node } = process.versions;
  if (isSupported(node)) return;
  process.stderr.write(`${program}: needs Node 24.15 or a later 24, or Node 26 and later; this is Node ${node}\n`);
  process.exit(64);
}
