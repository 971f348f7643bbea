// The SMTP tokens of a stream: made, listed, deleted.

import { randomBytes } from 'node:crypto';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { findSendingServer } from '../servers/find-server.ts';
import type { SmtpToken } from './smtp-token.ts';
import { readSmtpTokenName, refuseSmtpTokensOf, smtpTokensMax } from './smtp-token-rules.ts';
import {
  deleteSmtpToken as deleteRow,
  findStreamDetails,
  insertSmtpToken,
  listSmtpTokens,
  lockStream,
} from './store.ts';
import type { StreamDetails } from './stream.ts';

const accessKeyBytes = 15;
const secretKeyBytes = 24;

/** The beginning says what it is for, as in Postmark's: PM-T-… for transactional streams, PM-B-… for broadcasts. */
function makeAccessKey(stream: StreamDetails): string {
  const letter = stream.streamType === 'Broadcasts' ? 'B' : 'T';
  return `PM-${letter}-${stream.streamId}-${randomBytes(accessKeyBytes).toString('base64url')}`;
}

/** Oldest first, without their secret keys. @throws Refusal 1454. */
export async function readSmtpTokens(
  db: Queryable,
  keyRing: KeyRing,
  serverId: number,
  streamId: string,
): Promise<SmtpToken[]> {
  if (!(await findStreamDetails(db, serverId, streamId))) throw new Refusal('smtp_token_stream_invalid');
  const stored = await listSmtpTokens(db, serverId, streamId);
  return stored.map(({ accessKeyEncrypted, ...token }) => ({
    ...token,
    streamId,
    accessKey: keyRing.decrypt(accessKeyEncrypted).toString('utf8'),
  }));
}

/** @throws Refusal 1454, 1456 to 1460. */
export async function createSmtpToken(
  tx: Tx,
  keyRing: KeyRing,
  serverId: number,
  streamId: string,
  wantedName: string,
  now: Date,
): Promise<SmtpToken & { secretKey: string }> {
  const name = readSmtpTokenName(wantedName);
  // The lock lets two that are made at once count each other.
  const stream = await lockStream(tx, serverId, streamId);
  if (!stream) throw new Refusal('smtp_token_stream_invalid');
  refuseSmtpTokensOf(stream);
  const server = await findSendingServer(tx, serverId);
  if (!server?.smtpApiActivated) throw new Refusal('smtp_token_smtp_disabled');
  if ((await listSmtpTokens(tx, serverId, streamId)).length >= smtpTokensMax)
    throw new Refusal(
      'smtp_token_limit_reached',
      `A message stream is limited to ${smtpTokensMax} SMTP tokens. Delete one first.`,
    );
  const accessKey = makeAccessKey(stream);
  const secretKey = randomBytes(secretKeyBytes).toString('base64url');
  const kept = {
    name,
    accessKeyHash: hashToken(accessKey),
    accessKeyEncrypted: keyRing.encrypt(accessKey),
    secretKeyHash: hashToken(secretKey),
    secretKeyEncrypted: keyRing.encrypt(secretKey),
  };
  const smtpTokenId = await insertSmtpToken(tx, serverId, streamId, kept, now);
  await announceDirectoryChange(tx);
  return { smtpTokenId, streamId, name, accessKey, secretKey, createdAt: now };
}

/** Answers its name. It opens nothing from the commit on. @throws Refusal 1451, 1454. */
export async function deleteSmtpToken(
  tx: Tx,
  serverId: number,
  streamId: string,
  smtpTokenId: number,
): Promise<string> {
  if (!(await findStreamDetails(tx, serverId, streamId))) throw new Refusal('smtp_token_stream_invalid');
  const name = await deleteRow(tx, serverId, streamId, smtpTokenId);
  if (name === undefined) throw new Refusal('smtp_token_not_found');
  await announceDirectoryChange(tx);
  return name;
}
