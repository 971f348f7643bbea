// Lets a recipient stop the mail of a stream, and let it come again. Both may be asked for as often as one likes. The
// suppression, its event and the calls of webhooks are one transaction.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import type { UnsubscribeToken } from '@pennyblack/email/unsubscribe/unsubscribe-token.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { PlatformEvent } from '../../events/event.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { lockTrackedRecipients } from '../../messages/lock-tracked-recipients.ts';
import { findSendingServer } from '../../servers/find-server.ts';
import { findStreams } from '../../streams/find-streams.ts';
import { mayLift } from '../../suppressions/change-rules.ts';
import { liftSuppression } from '../../suppressions/lift-suppression.ts';
import { lockSuppression, replaceSuppression } from '../../suppressions/replace-suppression.ts';

/** `archived`: no mail comes of it as long as it is. `gone`: the stream or its server was deleted. */
export type StreamStanding = 'in_use' | 'archived' | 'gone';

export async function findStanding(
  db: Queryable,
  { serverId, streamId }: Pick<UnsubscribeToken, 'serverId' | 'streamId'>,
): Promise<StreamStanding> {
  const [server, streams] = [await findSendingServer(db, serverId), await findStreams(db, serverId)];
  const stream = server && streams.get(streamId);
  if (!stream) return 'gone';
  return stream.isArchived ? 'archived' : 'in_use';
}

/** Of an archived stream too: it may be taken out of the archive. Nothing happens to one that is gone. */
export async function unsubscribe(
  tx: Tx,
  recordEvents: RecordEvents,
  token: UnsubscribeToken,
  now: Date,
): Promise<StreamStanding> {
  const { serverId, streamId, address } = token;
  const standing = await findStanding(tx, token);
  if (standing === 'gone') return standing;
  const wish = { reason: 'ManualSuppression', origin: 'Recipient' } as const;
  const row = { serverId, streamId, addressKey: addressKey(address), emailAddress: address, ...wish };
  // What a customer could lift gives way: else he would lift the recipient's wish with it, and not know of it.
  if (!(await replaceSuppression(tx, row, mayLift, now))) return standing;
  await recordEvents(tx, [await eventOf(tx, token, wish)], now);
  return standing;
}

/** `kept`: something else than the recipient's own wish keeps mail from him. */
export async function subscribeAgain(
  tx: Tx,
  recordEvents: RecordEvents,
  token: UnsubscribeToken,
  now: Date,
): Promise<StreamStanding | 'kept'> {
  const { serverId, streamId, address } = token;
  const standing = await findStanding(tx, token);
  if (standing !== 'in_use') return standing;
  const present = await lockSuppression(tx, { serverId, streamId }, addressKey(address));
  if (!present) return standing;
  if (present.reason !== 'ManualSuppression' || present.origin !== 'Recipient') return 'kept';
  await liftSuppression(tx, recordEvents, { serverId, streamId, emailAddress: address, origin: 'Recipient' }, now);
  return standing;
}

/** With what the message says, as long as it is held and is what the link was made for. */
async function eventOf(
  tx: Tx,
  { serverId, streamId, messageId, recipientNumber, address }: UnsubscribeToken,
  wish: { reason: string; origin: string },
): Promise<PlatformEvent> {
  const about = { kind: 'suppression_created' as const, serverId, streamId, recipient: address };
  const [recipient] = await lockTrackedRecipients(tx, [{ serverId, messageId, recipientNumber }]);
  if (!recipient || addressKey(recipient.address) !== addressKey(address)) return { ...about, details: wish };
  const { tag, metadata } = recipient;
  const labels = { ...(tag === null ? {} : { tag }), ...(metadata === null ? {} : { metadata }) };
  return { ...about, messageId, recipientNumber, details: { ...wish, ...labels } };
}
