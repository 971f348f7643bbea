// Hands due notices to sending. A notice has ended when its message is on disk; a crash between that and its own row sends it
// once more.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { RefusalName } from '../../refusals.ts';
import type { AcceptMessage } from '../sending/accept-message.ts';
import type { SendRequest } from '../sending/send-request.ts';
import type { SendResult } from '../sending/send-result.ts';
import { findSendingServer } from '../servers/find-server.ts';
import type { Notice, NoticeComposers, NoticeMail } from './notice.ts';
import { noticeSender } from './notice-sender.ts';
import { claimDueNotices, deleteEndedNotices, endNotice, findNoticeServer, noteNoticeError } from './store.ts';

export type NoticeDeps = {
  db: Pool;
  acceptMessage: AcceptMessage;
  composers: NoticeComposers;
  mailHostname: string;
  now(): Date;
  /** The refusal by name: its text may hold an address. */
  onRefused(notice: Notice, refusal: RefusalName): void;
};

const claimedTogether = 20;
/** As long as the link in a confirmation mail is good for anything. */
const givenUpAfterDays = 7;
const keptForDays = 45;

/** 'again' when there may be more. */
export async function sendDueNotices(deps: NoticeDeps): Promise<'again' | 'done'> {
  const due = await deps.db.transaction(tx => claimDueNotices(tx, claimedTogether, deps.now()));
  // One that fails does not hold up the others; its next attempt is due already.
  const sent = await Promise.allSettled(due.map(notice => sendOne(deps, notice)));
  const failure = sent.find(result => result.status === 'rejected');
  if (failure) throw failure.reason;
  return due.length === claimedTogether ? 'again' : 'done';
}

async function sendOne(deps: NoticeDeps, notice: Notice): Promise<void> {
  const mail = await deps.composers[notice.kind](notice);
  if (!mail) return endNotice(deps.db, notice.noticeId, { outcome: 'not_needed' }, deps.now());
  const result = await submit(deps, mail);
  if (result.kind === 'accepted') {
    const message = { serverId: result.serverId, messageId: result.messageId };
    return endNotice(deps.db, notice.noticeId, { outcome: 'accepted', message }, deps.now());
  }
  deps.onRefused(notice, result.refusal);
  // A mailbox that bounced stays suppressed, however often we try.
  const isOld = deps.now().getTime() - notice.createdAt.getTime() > givenUpAfterDays * 86_400_000;
  if (result.refusal === 'recipients_inactive' || isOld)
    return endNotice(deps.db, notice.noticeId, { outcome: 'given_up', error: result.refusal }, deps.now());
  return noteNoticeError(deps.db, notice.noticeId, result.refusal);
}

type Submitted = (SendResult & { kind: 'accepted'; serverId: number }) | (SendResult & { kind: 'refused' });

async function submit(deps: NoticeDeps, mail: NoticeMail): Promise<Submitted> {
  const own = await findNoticeServer(deps.db);
  const server = own && (await findSendingServer(deps.db, own.serverId));
  if (!server) throw new Error('The installation has no server for its own mail: it is made at the start.');
  const result = await deps.acceptMessage.accept(server, toRequest(deps.mailHostname, mail));
  return result.kind === 'accepted' ? { ...result, serverId: server.serverId } : result;
}

function toRequest(mailHostname: string, mail: NoticeMail): SendRequest {
  return {
    from: `Pennyblack <${noticeSender(mailHostname)}>`,
    to: mail.to,
    cc: '',
    bcc: '',
    replyTo: '',
    subject: mail.subject,
    textBody: mail.text,
    htmlBody: mail.html,
    tag: mail.tag,
    // No automatic answers, please (RFC 3834 5).
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    metadata: {},
    attachments: [],
    trackOpens: false,
    trackLinks: 'None',
  };
}

export async function deleteOldNotices(db: Pool, now: Date): Promise<void> {
  await deleteEndedNotices(db, new Date(now.getTime() - keptForDays * 86_400_000));
}
