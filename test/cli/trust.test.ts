import { describe, expect, it, vi } from 'vitest';
import { createSigstore } from '../support/sigstore/index.ts';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

describe('assay trust show', () => {
  it('lists the embedded root and those of the configuration, with ages and what they offer', async () => {
    using files = folderOf({
      'assay.yaml':
        'apiVersion: assay.dev/v1alpha1\nkind: Configuration\ntrustRoots:\n- {name: private, file: root.json}\n',
      'root.json': createSigstore().trustedRoot,
    });
    const run = await assay(['trust', 'show', '-c', 'assay.yaml'], { folder: files.path });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^public-good {2}embedded, published \d{4}-\d\d-\d\d \(\d+ days? ago\)$/m);
    expect(run.stdout).toMatch(/^private {2}\S*root\.json, changed \d{4}-\d\d-\d\d \(0 days ago\)$/m);
    expect(run.stdout).toMatch(/holds {2}1 certificate authority, \d logs?/);
    const json: unknown = JSON.parse(
      (await assay(['trust', 'show', '-c', 'assay.yaml', '-o', 'json'], { folder: files.path })).stdout,
    );
    expect(json).toMatchObject({
      trustRoots: [
        { name: 'public-good', source: 'embedded', needs: ['log entry', 'SCT'] },
        { name: 'private', source: 'file', days: 0 },
      ],
    });
  });

  it('refuses other words, and a configuration that does not load', async () => {
    expect((await assay(['trust'])).code).toBe(64);
    expect((await assay(['trust', 'show', 'private'])).code).toBe(64);
    expect((await assay(['trust', 'refresh', 'nowhere'])).stderr).toContain(
      'no trust root "nowhere" is fetched by TUF',
    );
    expect((await assay(['trust', 'refresh', '-o', 'json'])).code).toBe(64);
    expect((await assay(['trust', 'show', '-o', 'yaml'])).code).toBe(64);
    expect(await assay(['trust', 'show', '-c', 'missing.yaml'])).toMatchObject({ code: 64, stdout: '' });
  });
});
