// Reads one report and records what it says, in one transaction: the report leaves the open work with the bounce,
// the suppression and the events that it causes, or stays with none of them.

import type { MailReport } from '@pennyblack/email/bounces/mail-report.ts';
import { readReport } from '@pennyblack/email/bounces/read-report.ts';
import type { Pool, Tx } from '@pennyblack/runtime/database/database.ts';
import type { BounceToRecord } from '../bounces/bounce.ts';
import { recordBounces } from '../bounces/record-bounces.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { ReportedMessage, ReportedRecipient } from '../messages/find-reported-message.ts';
import { type ReportAddress, reportAddressOf } from './address-rules.ts';
import { findNamedMessage } from './find-named-message.ts';
import { namedMessage } from './naming-rules.ts';
import type { ClaimedReport, ReportEnd, ReportKeys } from './report.ts';
import { deleteReport } from './store.ts';
import { unpackSource } from './store-report.ts';
import { type RecipientVerdict, verdictsOf } from './verdict-rules.ts';

export type ProcessDeps = {
  db: Pool;
  recordEvents: RecordEvents;
  mailHostname: string;
  keys: ReportKeys;
};

type Verdict = RecipientVerdict<ReportedRecipient>;

/** How often a report is tried that makes us fail, or that ended the process each time. */
export const attemptsMax = 10;

export async function processReport(deps: ProcessDeps, claimed: ClaimedReport, now: Date): Promise<ReportEnd> {
  const to = reportAddressOf(claimed.recipient, deps.mailHostname, deps.keys.returnPath);
  if (claimed.attempts > attemptsMax) return giveUp(deps, claimed, to, now);
  const source = unpackSource(claimed.source);
  // Before the transaction, because reading a large report takes a moment.
  const report = readReport(source);
  return deps.db.transaction(async tx => {
    if (!(await deleteReport(tx, claimed))) return 'not_owned';
    return recordReport(tx, deps, { to, report, source }, now);
  });
}

async function recordReport(
  tx: Tx,
  deps: ProcessDeps,
  { to, report, source }: { to: ReportAddress | undefined; report: MailReport; source: Buffer },
  now: Date,
): Promise<ReportEnd> {
  if (report.kind === 'none') return 'no_report';
  const named = to && namedMessage(to, report, deps.keys);
  const message = named && (await findNamedMessage(tx, named));
  if (!message) return 'unknown_message';
  const verdicts = verdictsOf(report, message.recipients, named.recipientNumber);
  if (verdicts === 'unknown_recipient') return 'unknown_recipient';

  const bounces = verdicts.flatMap(verdict => (verdict.kind === 'bounce' ? [toBounce(message, verdict, source)] : []));
  const delays = verdicts.flatMap(verdict => (verdict.kind === 'delay' ? [toDelay(message, verdict)] : []));
  await recordBounces(tx, deps.recordEvents, bounces, now);
  await deps.recordEvents(tx, delays, now);
  if (bounces.some(bounce => bounce.type === 'SpamComplaint')) return 'complaint';
  if (bounces.length > 0) return 'bounce';
  return delays.length > 0 ? 'delay' : 'no_trouble';
}

/** It came to a return path, so somebody should know that something came back, even if nobody can say what. */
async function giveUp(
  deps: ProcessDeps,
  claimed: ClaimedReport,
  to: ReportAddress | undefined,
  now: Date,
): Promise<ReportEnd> {
  return deps.db.transaction(async tx => {
    if (!(await deleteReport(tx, claimed))) return 'not_owned';
    if (to?.kind !== 'return_path') return 'given_up';
    const message = await findNamedMessage(tx, to.path);
    const recipient = message?.recipients.find(each => each.recipientNumber === to.path.recipientNumber);
    if (!message || !recipient) return 'given_up';
    const verdict = { kind: 'bounce', recipient, type: 'Unknown', details: unreadable, host: '' } as const;
    await recordBounces(tx, deps.recordEvents, [toBounce(message, verdict, undefined)], now);
    return 'given_up';
  });
}

const unreadable = 'A report came back to the return path and could not be read.';

function toBounce(
  message: ReportedMessage,
  { recipient, type, details, host }: Extract<Verdict, { kind: 'bounce' }>,
  source: Buffer | undefined,
): BounceToRecord {
  const { serverId, messageId, streamId, fromAddress, subject, tag, metadata } = message;
  return {
    serverId,
    messageId,
    recipientNumber: recipient.recipientNumber,
    streamId,
    type,
    emailAddress: recipient.address,
    addressKey: recipient.addressKey,
    fromAddress,
    subject,
    tag,
    details,
    isFinal: false,
    host,
    metadata: metadata ?? undefined,
    source,
  };
}

function toDelay(
  { serverId, messageId, streamId, tag, metadata }: ReportedMessage,
  { recipient, details, host }: Extract<Verdict, { kind: 'delay' }>,
): PlatformEvent {
  return {
    kind: 'recipient_deferred',
    serverId,
    messageId,
    recipientNumber: recipient.recipientNumber,
    streamId,
    recipient: recipient.address,
    details: { reply: details, host, ...(tag === null ? {} : { tag }), ...(metadata === null ? {} : { metadata }) },
  };
}
