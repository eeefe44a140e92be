import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePolicies, parseDocuments, renderProblem } from '../../policies/index.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type DocumentCase, documentCases } from './document-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-documents-'));
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder);
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a real API server says of a document that is not to be kept; undefined where nothing. */
async function theirs({ document }: DocumentCase): Promise<string | undefined> {
  const plural = String(document['kind'])
    .toLowerCase()
    .replace(/y$/, 'ies')
    .replace(/binding$/, 'bindings');
  const path = `/apis/admissionregistration.k8s.io/v1/${plural}?dryRun=All&fieldValidation=Strict`;
  const { status, body } = await cluster.request('POST', path, document);
  return status === 201 ? undefined : String(body['message']);
}

/** What is said of it here. What it refers to is beside it, and says nothing more. */
function ours({ document }: DocumentCase): string | undefined {
  const { problems } = compilePolicies(parseDocuments(JSON.stringify(document), 'document.json').documents, {
    trustRoots: new Map(),
  });
  const own = problems.filter(({ code }) => code !== 'REFERENCE_UNRESOLVED');
  return own.length === 0 ? undefined : own.map(renderProblem).join('\n');
}

/** Where the two differ, and why. */
const exceptions: readonly { readonly why: string; readonly holds: RegExp }[] = [
  {
    why: "Kyverno's tests leave it out, and mean every operation",
    holds: /: (?:exclude)?[rR]esourceRules with no operations$/,
  },
  {
    why: "Kyverno's tests leave it out, and mean Allow",
    holds: /: paramRef (?:without parameterNotFoundAction|with parameterNotFoundAction null)$/,
  },
  {
    why: "Kyverno's tests leave it out, and mean a denial",
    holds: /: (?:no validationActions|validationActions null)$/,
  },
  {
    why: 'the later one of two variables is meant there, wherever it is read; here its author is told',
    holds: /: variables of one name$/,
  },
];

describe('a document of Kubernetes is refused here where a real API server refuses it, and nowhere else', () => {
  it.each(documentCases.map((one) => [one.title.slice(0, 200), one] as const))('%s', async (_, one) => {
    const [said, told] = [await theirs(one), ours(one)];
    const excused = exceptions.some(({ holds }) => holds.test(one.title));
    const answers = `API server: ${said ?? 'accepted'}\nhere: ${told ?? 'accepted'}`;
    expect((told === undefined) === (said === undefined), answers).toBe(!excused);
  });
});
