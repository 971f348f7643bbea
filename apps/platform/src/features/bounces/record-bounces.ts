// Records bounces and complaints with everything that follows: rows, reports, suppressions and events, in the caller's
// transaction. Refusals in the conversation and reports that come by mail take the same path.

import { bounceTypeByName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { PlatformEvent } from '../events/event.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { suppressAddresses } from '../suppressions/suppress-addresses.ts';
import type { Suppression } from '../suppressions/suppression.ts';
import type { BounceToRecord } from './bounce.ts';
import { packDump } from './bounce-dump.ts';
import { insertBounces, insertDumps } from './store.ts';
import { suppressionOf } from './suppression-rules.ts';

/** Answers the ids in the order given. A bounce that is not final leaves the recipient's final state as it is. */
export async function recordBounces(
  tx: Tx,
  recordEvents: RecordEvents,
  bounces: readonly BounceToRecord[],
  now: Date,
): Promise<{ bounceId: number }[]> {
  if (bounces.length === 0) return [];
  const bounceIds = await insertBounces(tx, bounces.map(toRow), now);
  const recorded = bounces.flatMap((bounce, position) => {
    const bounceId = bounceIds[position];
    return bounceId === undefined ? [] : [{ ...bounce, bounceId }];
  });
  const dumps = recorded.flatMap(({ serverId, bounceId, source }) =>
    source === undefined ? [] : [{ serverId, bounceId, source: packDump(source) }],
  );
  if (dumps.length > 0) await insertDumps(tx, dumps, now);
  const suppressed = await suppressAddresses(
    tx,
    bounces.flatMap(bounce => suppressionBy(bounce) ?? []),
    now,
  );
  const changes = suppressed.map(suppression => suppressionEvent(suppression, bounces));
  await recordEvents(tx, [...recorded.map(bounceEvent), ...changes], now);
  return bounceIds.map(bounceId => ({ bounceId }));
}

function toRow(bounce: BounceToRecord) {
  const type = bounceTypeByName[bounce.type];
  return {
    ...bounce,
    host: bounce.host ?? '',
    ip: bounce.ip ?? '',
    isReported: !bounce.isFinal,
    isInactive: type.deactivates,
    canActivate: type.canActivate,
  };
}

function suppressionBy(bounce: BounceToRecord): Suppression | undefined {
  const cause = suppressionOf(bounce.type);
  if (!cause) return undefined;
  const { serverId, streamId, addressKey, emailAddress } = bounce;
  return { serverId, streamId, addressKey, emailAddress, ...cause };
}

/** What the sender said about the message; what it does not have is absent. */
function labelsOf({ tag, metadata }: BounceToRecord) {
  return { ...(tag === null ? {} : { tag }), ...(metadata === undefined ? {} : { metadata }) };
}

function aboutOf({ serverId, messageId, recipientNumber, streamId, emailAddress }: BounceToRecord) {
  return { serverId, messageId, recipientNumber, streamId, recipient: emailAddress };
}

function bounceEvent(bounce: BounceToRecord & { bounceId: number }): PlatformEvent {
  const { bounceId, type, details, host = '', ip = '', fromAddress, subject, source, isFinal } = bounce;
  const reported = type === 'SpamComplaint' ? 'complaint_reported' : 'bounce_reported';
  return {
    ...aboutOf(bounce),
    kind: isFinal ? 'recipient_bounced' : reported,
    details: {
      bounceId,
      type,
      // The words of a mail server begin with `smtp;`; everything else is an excerpt of a report.
      ...(/^smtp;/i.test(details) ? { reply: details } : { report: details }),
      host,
      ip,
      from: fromAddress,
      subject,
      // The report itself is not repeated here: who wants it reads it by the bounce's id (read-dumps.ts).
      hasDump: isFinal || source !== undefined,
      ...labelsOf(bounce),
    },
  };
}

function suppressionEvent(suppression: Suppression, bounces: readonly BounceToRecord[]): PlatformEvent {
  const { serverId, streamId, addressKey, emailAddress, reason, origin } = suppression;
  const cause = bounces.find(
    bounce =>
      bounce.serverId === serverId &&
      bounce.streamId === streamId &&
      bounce.addressKey === addressKey &&
      // A soft bounce of the same address in the same batch has suppressed nothing.
      suppressionOf(bounce.type)?.reason === reason,
  );
  return {
    kind: 'suppression_created',
    ...(cause ? aboutOf(cause) : { serverId, streamId, recipient: emailAddress }),
    details: { reason, origin, ...(cause ? labelsOf(cause) : {}) },
  };
}
