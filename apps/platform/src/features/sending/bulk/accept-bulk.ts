// Accepts a bulk request: all of it or nothing. An answer "accepted" means that the request and its entries are on disk.

import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { timeOfUuidV7 } from '@pennyblack/runtime/uuid-v7.ts';
import { Refusal, refusals } from '../../../refusals.ts';
import type { SendingServer } from '../../servers/server.ts';
import { decideBulkStream } from '../../streams/sending-rules.ts';
import type { MessageStream } from '../../streams/stream.ts';
import { claimKey } from '../claim-keys.ts';
import type { KeyedItem } from '../idempotency-key.ts';
import { checkSender, type MakeMessageDeps } from '../make-message.ts';
import { decideSendAt } from '../scheduled/send-at-rules.ts';
import { type AcceptedResult, refused, type SendResult } from '../send-result.ts';
import { checkEntry, checkShared, type FieldError } from './bulk-rules.ts';
import type { BulkSubmission } from './bulk-submission.ts';
import { isBulkAllowed } from './bulk-switch.ts';
import { checkInline, chooseContent } from './choose-content.ts';
import { refusalOf } from './field-errors.ts';
import { packDefinition } from './pack-bulk.ts';
import type { FindTemplateSource } from './ports.ts';
import { storeBulk } from './store-bulk.ts';

export type AcceptBulkDeps = Omit<MakeMessageDeps, 'findDefaultReplyTo'> & {
  db: Pool;
  now(): Date;
  findStreams(serverId: number): Promise<ReadonlyMap<string, MessageStream>>;
  findTemplate: FindTemplateSource;
  /** There is something to release. */
  wake(): void;
};

/** Enough to mend a request by; one with a mistake in each of 50,000 entries is not answered with 50,000. */
const errorsMax = 100;
const checkedAtOnce = 500;

/** The id of a result is that of the request. Refusals that name fields are thrown, because a result cannot hold them. */
export type AcceptBulk = {
  /** `keyed`: of a call that came with a key; what was accepted under it before is answered again. */
  accept(server: SendingServer, submission: BulkSubmission, keyed?: KeyedItem): Promise<SendResult>;
  /** Checks and stores nothing. Templates are not looked at: the test token has no server. */
  rehearse(submission: BulkSubmission): Promise<SendResult>;
};

export function createAcceptBulk(deps: AcceptBulkDeps): AcceptBulk {
  function newResult(text: string): AcceptedResult {
    const bulkId = deps.makeMessageId();
    return { kind: 'accepted', messageId: bulkId, submittedAt: timeOfUuidV7(bulkId), text };
  }

  return {
    async accept(server, submission, keyed) {
      const { serverId } = server;
      if (!(await isBulkAllowed(deps.db, serverId))) throw new Refusal('approval_required');
      const streamId = await chooseStream(deps, serverId, submission.messageStream);
      const { content, errors } = await chooseContent(deps.findTemplate, serverId, submission);
      errors.push(...(await checkFields(deps, submission)));
      if (!errors.some(error => error.field === 'From')) errors.push(...(await checkFrom(deps, server, submission)));
      const sendAt = decideSendAt(submission.sendAt, deps.now());
      if (sendAt.kind === 'refused') errors.push({ field: 'SendAt', refusal: sendAt.refusal, text: sendAt.message });
      if (errors.length > 0 || !content) throw refusalOf(errors);

      const result = newResult('OK');
      const { packed, bytes } = packDefinition({ shared: submission.shared, content });
      const request = {
        serverId,
        bulkId: result.messageId,
        streamId,
        entriesTotal: submission.entries.length,
        releaseAt: sendAt.kind === 'later' ? sendAt.at : result.submittedAt,
        subject: submission.subject ?? null,
        definition: packed,
        definitionBytes: bytes,
      };
      const earlier = await storeBulk(
        deps.db,
        request,
        submission.entries,
        async tx => keyed && claimKey(tx, serverId, keyed, result, deps.now()),
      );
      if (earlier?.kind === 'other_request') {
        return refused('idempotency_key_reused', refusals.idempotency_key_reused.text);
      }
      deps.wake();
      return earlier?.result ?? result;
    },
    async rehearse(submission) {
      const errors = [...checkInline(submission).errors, ...(await checkFields(deps, submission))];
      if (errors.length > 0) throw refusalOf(errors);
      return newResult('Test job accepted');
    },
  };
}

async function chooseStream(deps: AcceptBulkDeps, serverId: number, requested: string | undefined): Promise<string> {
  const decision = decideBulkStream(await deps.findStreams(serverId), requested);
  if (decision.kind === 'unknown') throw new Refusal('stream_not_found', decision.message);
  if (decision.kind === 'cannot_send') throw new Refusal('stream_cannot_send', decision.message);
  return decision.stream.streamId;
}

async function checkFrom(
  deps: AcceptBulkDeps,
  server: SendingServer,
  { shared }: BulkSubmission,
): Promise<FieldError[]> {
  const reading = parseMailboxList('From', shared.from, deps.settings);
  const from = reading.kind === 'mailboxes' ? reading.mailboxes[0] : undefined;
  if (!from) return [];
  const check = await checkSender(deps, server, from);
  return check.kind === 'refused' ? [{ field: 'From', refusal: check.refusal, text: check.text }] : [];
}

/** Gives way to others now and then: fifty thousand entries take half a second. */
async function checkFields(deps: AcceptBulkDeps, submission: BulkSubmission): Promise<FieldError[]> {
  const { shared, entries, htmlBody, textBody } = submission;
  const errors = checkShared(shared, { subject: submission.subject ?? '', htmlBody, textBody }, deps.settings);
  if (entries.length === 0)
    errors.push({ field: 'Messages', refusal: 'email_invalid', text: "Provide at least one entry in 'Messages'." });
  // A shared field that is wrong is not told again with each entry.
  const isWrong = (field: string) => errors.some(error => error.field === field);
  const labels = {
    metadata: isWrong('Metadata') ? {} : shared.metadata,
    headers: isWrong('Headers') ? [] : shared.headers,
  };
  for (const [position, entry] of entries.entries()) {
    if (errors.length >= errorsMax) break;
    if (position % checkedAtOnce === checkedAtOnce - 1) await giveWay();
    errors.push(...checkEntry(labels, entry, position, deps.settings));
  }
  return errors;
}

function giveWay(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
