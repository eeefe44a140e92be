import type { Constraint } from '../govern.ts';
import { type CompiledPolicy, emptyPolicy } from '../policy.ts';
import { type ObjectRule, passed, violated } from '../rule.ts';
import { valueAt } from '../validate.ts';

/**
 * Who writes a WorkloadException into the cluster vouches for it: the authenticated user is its approver, and not the one who asked for it.
 */
const approvalRule: ObjectRule = {
  scope: 'object',
  name: 'approval',
  evaluate({ review, version }) {
    const approver = valueAt(version.object, ['spec', 'approver']);
    const requestedBy = valueAt(version.object, ['spec', 'requestedBy']);
    const user = review.request?.userInfo.username;
    const expected = 'an approver who writes the exception themselves, for somebody else';
    const denied = (found: string) =>
      violated({ code: 'EXCEPTION_NOT_APPROVED', found, expected, remedy: 'have the approver apply it' });
    if (typeof approver !== 'string' || approver === '') return denied('it names no approver');
    if (requestedBy === approver) return denied(`"${approver}" asked for it and approves it`);
    return user === approver ? passed() : denied(`"${user ?? 'nobody'}" writes it, and "${approver}" is to approve it`);
  },
};

const aboutExceptions: Constraint = {
  evaluate: ({ review, version: { object } }) =>
    (review.operation === 'CREATE' || review.operation === 'UPDATE') &&
    object.kind === 'WorkloadException' &&
    typeof object.apiVersion === 'string' &&
    object.apiVersion.startsWith('assay.dev/')
      ? 'matched'
      : 'unmatched',
};

/** Stands whatever policies are loaded. */
export const approvalPolicy: CompiledPolicy = {
  ...emptyPolicy,
  name: 'configuration',
  constraints: [aboutExceptions],
  rules: [approvalRule],
};
