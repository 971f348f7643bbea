// Reads a report about delivery: from the fields made for machines where there are some, else from the notice for people.

import { addressKey } from '../address/address-key.ts';
import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { fieldOf } from '../mime/read-fields.ts';
import { holdsMessage, type MailPart } from '../mime/read-parts.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import { addressesIn } from './addresses-in-text.ts';
import { classifyFailure, type FailureVerdict } from './classify-failure.ts';
import type { MailReport, ReportedAction, ReportedRecipient, Verdict } from './mail-report.ts';
import { hasDeliveryStatus, readDeliveryStatus, type StatusOfRecipient, serverOf } from './read-delivery-status.ts';
import { type NoticedRecipient, readNotice } from './read-notice.ts';
import { readOriginal } from './read-original.ts';
import { looksLikeDelay, looksLikeNotice } from './recognize-notice.ts';
import { splitNotice } from './split-notice.ts';

type DeliveryReport = Extract<MailReport, { kind: 'delivery_report' }>;

const statusTypes: ReadonlySet<string> = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'text/delivery-status',
]);

/** Undefined where the message has no fields for machines. `parts` are those of the message itself, not of one within it. */
export function readMachineReport(message: MailPart, parts: readonly MailPart[]): DeliveryReport | undefined {
  const statuses = parts.filter(part => statusTypes.has(part.type));
  const told = statuses.flatMap(part => readDeliveryStatus(part.text));
  if (told.length > 0) return assemble(message, parts, told);
  const pasted = parts.filter(part => isForPeople(part) && hasDeliveryStatus(splitNotice(part.text).notice));
  const read = pasted.flatMap(part => readDeliveryStatus(splitNotice(part.text).notice));
  return read.length > 0 ? assemble(message, parts, read) : undefined;
}

/** Undefined where the message does not look like a notice of a mail system. */
export function readWrittenReport(message: MailPart, parts: readonly MailPart[]): DeliveryReport | undefined {
  const { notice } = splitNotice(textForPeople(parts));
  if (!looksLikeNotice(message, parts, notice)) return undefined;
  return assemble(message, parts, []);
}

function assemble(message: MailPart, parts: readonly MailPart[], told: readonly StatusOfRecipient[]): DeliveryReport {
  const text = textForPeople(parts);
  const { notice, returned } = splitNotice(text);
  const about = readOriginal(parts, returned || text);
  const noticed = withFailedRecipients(message, readNotice(notice, ownAddresses(message, parts)));
  const reasons = new Map(noticed.map(({ address, reason }) => [addressKey(address), reason]));
  const description = cleanRemoteText(notice.trim());
  const written: ReportedAction = looksLikeDelay(decodeEncodedWords(fieldOf(message.fields, 'subject')), notice)
    ? 'delayed'
    : 'failed';

  const named = told.length > 0 ? told : noticed;
  const classify = classifierFor(description, named.length > 1);
  const recipients =
    told.length > 0
      ? told.map(status => judgeStatus(status, reasons, classify))
      : noticed.map(recipient => judgeNoticed(recipient, written, classify));
  const overall = overallOf(recipients, written, description);
  return { kind: 'delivery_report', recipients, about, description, overall };
}

type Classify = (failure: { action: ReportedAction; status: string | undefined; diagnostic: string }) => FailureVerdict;

/** Programs give many recipients the same reason, and a stranger may give it a hundred times: each is judged once. */
function classifierFor(notice: string, noticeIsShared: boolean): Classify {
  const verdicts = new Map<string, FailureVerdict>();
  return ({ action, status, diagnostic }) => {
    const key = `${action} ${status} ${diagnostic}`;
    const verdict = verdicts.get(key) ?? classifyFailure({ action, status, diagnostic, notice, noticeIsShared });
    verdicts.set(key, verdict);
    return verdict;
  };
}

function judgeStatus(
  told: StatusOfRecipient,
  reasons: ReadonlyMap<string, string>,
  classify: Classify,
): ReportedRecipient {
  const noted = reasons.get(addressKey(told.address)) ?? reasons.get(addressKey(told.finalAddress ?? told.address));
  const diagnostic = told.diagnostic || (noted ?? '');
  return { ...told, diagnostic, ...classify({ action: told.action, status: told.status, diagnostic }) };
}

function judgeNoticed(
  { address, reason }: NoticedRecipient,
  action: ReportedAction,
  classify: Classify,
): ReportedRecipient {
  const verdict = classify({ action, status: undefined, diagnostic: reason });
  const recipient: ReportedRecipient = { address, action, diagnostic: reason, ...verdict };
  const status = /[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(reason)?.[0];
  const server = /\bhost ([A-Za-z0-9.-]{1,255})\s?[[(]|while talking to ([A-Za-z0-9.-]{1,255})/i.exec(reason);
  const remoteServer = serverOf((server?.[1] ?? server?.[2] ?? '').replace(/[.:]+$/, ''));
  if (status !== undefined) recipient.status = status;
  if (remoteServer !== undefined) recipient.remoteServer = remoteServer;
  return recipient;
}

/** With one recipient its verdict; with several the one that all share; else what the notice says by itself. */
function overallOf(recipients: readonly ReportedRecipient[], action: ReportedAction, notice: string): Verdict {
  const [first] = recipients;
  if (first && recipients.every(recipient => recipient.type === first.type && recipient.action === first.action)) {
    const { status, diagnostic, type, source } = first;
    return { action: first.action, ...(status === undefined ? {} : { status }), diagnostic, type, source };
  }
  if (first) {
    const source = 'The recipients of this report have different results';
    return { action, diagnostic: '', type: action === 'delayed' ? 'Transient' : 'Unknown', source };
  }
  const verdict = classifyFailure({ action, status: undefined, diagnostic: '', notice, noticeIsShared: false });
  return { action, diagnostic: '', ...verdict };
}

/** Exim names those who failed in a header of its own. */
function withFailedRecipients(message: MailPart, noticed: readonly NoticedRecipient[]): NoticedRecipient[] {
  const failed = addressesIn(fieldOf(message.fields, 'x-failed-recipients'));
  if (failed.length === 0) return [...noticed];
  const reasons = new Map(noticed.map(({ address, reason }) => [addressKey(address), reason]));
  return failed.map(address => ({ address, reason: reasons.get(addressKey(address)) ?? '' }));
}

/** The sender of the returned message and the address that this report went to cannot have failed. */
function ownAddresses(message: MailPart, parts: readonly MailPart[]): ReadonlySet<string> {
  const original = parts.find(holdsMessage)?.children[0];
  const fields = [...message.fields.filter(field => field.name === 'to'), ...(original?.fields ?? [])];
  const own = fields.filter(field =>
    field.name === 'to' ? !original?.fields.includes(field) : isSenderField(field.name),
  );
  return new Set(own.flatMap(field => addressesIn(field.value)).map(addressKey));
}

function isSenderField(name: string): boolean {
  return name === 'from' || name === 'return-path' || name === 'sender' || name === 'reply-to';
}

/** Plain text where there is some: HTML repeats it. */
export function textForPeople(parts: readonly MailPart[]): string {
  const plain = parts.filter(part => part.type !== 'text/html' && isForPeople(part)).map(part => part.text);
  const text = plain.join('\n').trim();
  return text === ''
    ? parts
        .filter(isForPeople)
        .map(part => part.text)
        .join('\n')
    : plain.join('\n');
}

function isForPeople(part: MailPart): boolean {
  return part.type.startsWith('text/') && part.type !== 'text/rfc822-headers' && part.type !== 'text/delivery-status';
}
