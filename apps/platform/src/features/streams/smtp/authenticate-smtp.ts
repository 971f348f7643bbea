// Answers the SMTP listener who logs in, in SMTP's words.

import type { Authenticate, Credentials } from '../../../edges/smtp-submission/contract.ts';
import { authenticateSubmission, type SubmissionLookups, type SubmissionSecret } from '../authenticate-submission.ts';
import type { SubmissionCaller } from '../submission-caller.ts';

const refused = { kind: 'refused', code: 535, enhanced: '5.7.8' } as const;
const unknown = { ...refused, text: 'Error: authentication failed: unknown user name or wrong password' };
const notActivated = { ...refused, text: 'Error: authentication failed: SMTP is switched off for this server' };

export function createAuthenticateSmtp(lookups: SubmissionLookups): Authenticate<SubmissionCaller> {
  return async credentials => {
    const login = await authenticateSubmission(lookups, credentials.user, secretOf(credentials));
    if (login.kind === 'unknown') return unknown;
    if (login.kind === 'smtp_not_activated') return notActivated;
    return { ...login, credential: login.caller.credential };
  };
}

function secretOf(credentials: Credentials): SubmissionSecret {
  if (credentials.mechanism !== 'CRAM-MD5') return { kind: 'password', password: credentials.password };
  return { kind: 'digest', challenge: credentials.challenge, response: credentials.response };
}
