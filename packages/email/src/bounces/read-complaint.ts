// Reads complaints. Sources: RFC 5965 (ARF), RFC 6590 (redaction), RFC 6591 (auth-failure), RFC 9477 (CFBL), and
// Microsoft's JMRP before it sent ARF, which attaches the message and names the person in a header of it.

import { fieldOf, type MailField, readFields } from '../mime/read-fields.ts';
import { holdsMessage, type MailPart } from '../mime/read-parts.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import { addressOfField } from './addresses-in-text.ts';
import type { BounceTypeName } from './bounce-types.ts';
import type { MailReport } from './mail-report.ts';
import { textForPeople } from './read-delivery-report.ts';
import { describe } from './read-original.ts';

type Complaint = Extract<MailReport, { kind: 'complaint' }>;

/**
 * Only these say that somebody does not want the mail. `not-spam` takes a complaint back, `auth-failure` and `dmarc` are
 * telemetry, `other` is anything; what is not registered is not guessed at, because a complaint suppresses for ever.
 */
const typeByFeedback: Readonly<Record<string, BounceTypeName>> = {
  abuse: 'SpamComplaint',
  fraud: 'SpamComplaint',
  virus: 'VirusNotification',
  'opt-out': 'Unsubscribe',
  'opt-out-list': 'Unsubscribe',
};

export function readComplaint(message: MailPart, parts: readonly MailPart[]): Complaint | undefined {
  const feedback = parts.find(part => part.type === 'message/feedback-report');
  const original = parts.find(holdsMessage)?.children[0];
  if (feedback) return readArf(feedback, original, parts);
  const original822 = original && fieldOf(original.fields, 'x-hmxmroriginalrecipient');
  if (original && original822 && /^complaint about message from/i.test(fieldOf(message.fields, 'subject'))) {
    return complaintOf('abuse', [original822], original.fields, fieldOf(message.fields, 'from'), parts);
  }
  return undefined;
}

function readArf(feedback: MailPart, original: MailPart | undefined, parts: readonly MailPart[]): Complaint {
  const lines = feedback.text.split('\n');
  const { fields } = readFields(lines, 0, lines.length, true);
  const feedbackType = fieldOf(fields, 'feedback-type').toLowerCase().slice(0, 50).trim();
  const named = fields
    .filter(field => field.name === 'original-rcpt-to' || field.name === 'removal-recipient')
    .map(field => field.value);
  const reporter = fieldOf(fields, 'user-agent') || fieldOf(fields, 'reporting-mta') || fieldOf(fields, 'source');
  return complaintOf(feedbackType, named, [...fields, ...(original?.fields ?? [])], reporter, parts);
}

function complaintOf(
  feedbackType: string,
  named: readonly string[],
  fields: readonly MailField[],
  reporter: string,
  parts: readonly MailPart[],
): Complaint {
  return {
    kind: 'complaint',
    feedbackType,
    type: Object.hasOwn(typeByFeedback, feedbackType) ? typeByFeedback[feedbackType] : undefined,
    recipients: [...new Set(named.map(addressOfField).filter(address => address !== undefined))],
    about: describe(fields),
    reporter: cleanRemoteText(reporter, 200),
    description: cleanRemoteText(textForPeople(parts).trim()),
  };
}
