// Decides what a report means for the recipients of the message that it names. It never acts on a recipient whom the
// report is not about, and it never suppresses one because of what happened to somebody behind that recipient (an alias,
// a list, a forwarding). Pure.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { type BounceTypeName, bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { MailReport, ReportedRecipient, Verdict } from '@pennyblack/email/bounces/mail-report.ts';

export type MessageRecipient = { recipientNumber: number; address: string };

export type RecipientVerdict<R extends MessageRecipient = MessageRecipient> =
  | { kind: 'bounce'; recipient: R; type: BounceTypeName; details: string; host: string }
  | { kind: 'delay'; recipient: R; details: string; host: string };

type Delivery = Extract<MailReport, { kind: 'delivery_report' }>;
type Complaint = Extract<MailReport, { kind: 'complaint' }>;

/** `recipients` are all of the message; `recipientNumber` is the one that the return path names. Empty: nothing to do. */
export function verdictsOf<R extends MessageRecipient>(
  report: MailReport,
  recipients: readonly R[],
  recipientNumber: number | undefined,
): RecipientVerdict<R>[] | 'unknown_recipient' {
  const named = recipients.find(recipient => recipient.recipientNumber === recipientNumber);
  if (recipientNumber !== undefined && !named) return 'unknown_recipient';
  switch (report.kind) {
    case 'delivery_report':
      return named ? aboutNamed(report, named) : aboutReported(report, recipients);
    case 'complaint':
      return aboutComplaint(report, recipients, named);
    case 'auto_reply':
      // Whose machine answered is known by the return path alone.
      if (!named) return 'unknown_recipient';
      return [{ kind: 'bounce', recipient: named, type: report.type, details: report.description, host: '' }];
    case 'none':
      return [];
  }
}

function aboutNamed<R extends MessageRecipient>(report: Delivery, named: R): RecipientVerdict<R>[] {
  if (report.recipients.length === 0) return toVerdict(named, report.overall, report);
  const own = report.recipients.find(reported => isAbout(reported, named));
  if (own) return toVerdict(named, own, report);
  return toVerdict(named, withoutSuppression(report.overall), report);
}

function aboutReported<R extends MessageRecipient>(
  report: Delivery,
  recipients: readonly R[],
): RecipientVerdict<R>[] | 'unknown_recipient' {
  const [only] = recipients;
  // A report that names nobody is about the one recipient that the message had.
  if (report.recipients.length === 0 && only && recipients.length === 1) return toVerdict(only, report.overall, report);
  const found = recipients.flatMap(recipient => {
    const reported = report.recipients.find(each => isAbout(each, recipient));
    return reported ? [{ recipient, reported }] : [];
  });
  if (found.length === 0) return 'unknown_recipient';
  return found.flatMap(({ recipient, reported }) => toVerdict(recipient, reported, report));
}

function aboutComplaint<R extends MessageRecipient>(
  report: Complaint,
  recipients: readonly R[],
  named: R | undefined,
): RecipientVerdict<R>[] | 'unknown_recipient' {
  if (report.type === undefined) return [];
  const complained = report.recipients.map(addressKey);
  const candidates = named ? [named] : recipients;
  // Where the provider hides who complained, only the one recipient there was can have done so.
  const about = complained.length === 0 ? candidates : candidates.filter(each => complained.includes(keyOf(each)));
  const [recipient] = about;
  if (!recipient || about.length > 1) return 'unknown_recipient';
  const details = report.description === '' ? `Reported by ${report.reporter}` : report.description;
  return [{ kind: 'bounce', recipient, type: report.type, details, host: '' }];
}

function toVerdict<R extends MessageRecipient>(
  recipient: R,
  verdict: Verdict & { remoteServer?: string },
  report: Delivery,
): RecipientVerdict<R>[] {
  if (verdict.type === undefined) return [];
  const about = {
    recipient,
    details: verdict.diagnostic === '' ? report.description : verdict.diagnostic,
    host: verdict.remoteServer ?? '',
  };
  if (verdict.action === 'delayed') return [{ kind: 'delay', ...about }];
  return [{ kind: 'bounce', type: verdict.type, ...about }];
}

/** What failed is somebody whom the recipient's server passed the mail on to. The recipient itself may well exist. */
function withoutSuppression(verdict: Verdict): Verdict {
  if (verdict.type === undefined || !bounceTypeByName[verdict.type].deactivates) return verdict;
  return { ...verdict, type: 'Unknown' };
}

function isAbout(reported: ReportedRecipient, recipient: MessageRecipient): boolean {
  const key = keyOf(recipient);
  return [reported.address, reported.finalAddress].some(
    address => address !== undefined && isSameMailbox(addressKey(address), key),
  );
}

/** A server may know its own domain by a longer name: ana@mail.buyer.test is ana@buyer.test. */
function isSameMailbox(reported: string, key: string): boolean {
  if (reported === key) return true;
  const [localPart, domain] = split(key);
  const [reportedLocalPart, reportedDomain] = split(reported);
  return localPart === reportedLocalPart && domain !== '' && reportedDomain.endsWith(`.${domain}`);
}

function split(key: string): [string, string] {
  const at = key.lastIndexOf('@');
  return at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
}

function keyOf(recipient: MessageRecipient): string {
  return addressKey(recipient.address);
}
