// Words what was found out as header fields. Sources: RFC 7208 9.1 (Received-SPF), RFC 8601 2.2 (Authentication-Results),
// Postmark's page "Parse an email" (the form of Received-SPF in its samples).

import { traceValue } from '@pennyblack/email/headers/trace-value.ts';
import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Authentication, SpfResult } from './authentication.ts';

const comments: Readonly<Record<SpfResult, string>> = {
  pass: 'sender SPF authorized',
  fail: 'SPF fail - not authorized',
  softfail: 'domain owner discourages use of this host',
  neutral: 'access neither permitted nor denied',
  none: 'no SPF record',
  temperror: 'SPF Temporary Error',
  permerror: 'SPF Permanent Error',
};

/** Without the receiver: one check serves all recipients of a mail, and each of them is told of himself. */
export function receivedSpf(
  result: SpfResult,
  mail: { client: { address: string; helo: string }; mailFrom: string },
): HeaderField {
  const pairs = [
    // Of the null sender the name that the client gave itself is checked (RFC 7208 2.4).
    `identity=${mail.mailFrom === '' ? 'helo' : 'mailfrom'}`,
    `client-ip=${traceValue(mail.client.address)}`,
    `helo=${traceValue(mail.client.helo)}`,
    `envelope-from=${mail.mailFrom === '' ? '"<>"' : traceValue(mail.mailFrom)}`,
  ];
  const word = result.charAt(0).toUpperCase() + result.slice(1);
  return { name: 'Received-SPF', value: `${word} (${comments[result]}) ${pairs.join('; ')}` };
}

/** Each entry on a line of its own: a tab is where the line may be broken. */
export function authenticationResults(hostName: string, { details }: Authentication): HeaderField {
  const entries = details.map(detail => detail.replace(/[\x00-\x1f\x7f]+/g, ' '));
  return { name: 'Authentication-Results', value: `${hostName};\t${entries.join(';\t')}` };
}
