/**
 * The private Sigstore as a process: `node test/support/sigstore/main.ts [--port N] [--out DIR]`. Writes trusted_root.json and
 * what else cosign asks for into DIR, prints one line of JSON, `{"fulcioUrl", "rekorUrl", "tsaUrl", "identityTokenUrl", "out"}`,
 * when it listens, and ends on SIGTERM or with its parent. `curl "$identityTokenUrl?email=ann@example.com"` gives a token that
 * its Fulcio takes; so do `?repository=acme/shop&workflow=release.yml&ref=refs/tags/v1` and `?issuer=ISSUER&subject=URI`.
 */
import { parseArgs } from 'node:util';
import { untilEnded } from '../until-ended.ts';
import { writeSigstoreFiles } from './files.ts';
import { startSigstore } from './index.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, out: { type: 'string' } },
});

const sigstore = await startSigstore({ port: Number(values.port) });
if (values.out !== undefined) writeSigstoreFiles(sigstore, values.out);
const { fulcioUrl, rekorUrl, tsaUrl, identityTokenUrl } = sigstore;
console.log(JSON.stringify({ fulcioUrl, rekorUrl, tsaUrl, identityTokenUrl, out: values.out ?? null }));
await untilEnded();
await sigstore.close();
process.exit();
