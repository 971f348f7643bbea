// Changes a webhook: what is not named stays as it is.

import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { changeWebhookState } from './change-webhook-state.ts';
import { openWebhook, sealSigningKeys, sealTarget } from './seal-webhook.ts';
import { refuseServerHook } from './server-hook-rules.ts';
import { newestSigningKey, overlapInHoursByDefault } from './signing-key-rules.ts';
import { makeSigningKey, rotateSigningKeys } from './signing-keys.ts';
import { lockWebhookRow, updateWebhookRow } from './store.ts';
import { triggersToVerify } from './trigger-switch-rules.ts';
import type { CallTrigger, SigningKey, Webhook, WebhookTarget } from './webhook.ts';
import { decideChangedSettings, type WebhookChange } from './webhook-rules.ts';

/** What the caller wants to hold of the URL's answers. */
export type EditVerification =
  /** A verified webhook stays so, an unverified one too. */
  | { kind: 'unasked' }
  /** What would have to be verified makes the webhook unverified. */
  | { kind: 'declined' }
  /** These were called, at this target, and have answered. */
  | { kind: 'passed'; target: WebhookTarget; triggers: readonly CallTrigger[] };

export type WebhookEdit = {
  change: WebhookChange;
  state: 'active' | 'paused' | undefined;
  verification: EditVerification;
  /** Another kind than that of the present key rotates the keys. */
  signatureKind: SigningKey['kind'] | undefined;
};

/** @throws Refusal webhook_not_found, webhook_of_integration, and what decideChangedSettings throws. */
export async function editWebhook(
  tx: Tx,
  keyRing: KeyRing,
  recordEvents: RecordEvents,
  serverId: number,
  webhookId: number,
  edit: WebhookEdit,
  now: Date,
): Promise<Webhook> {
  const row = await lockWebhookRow(tx, serverId, webhookId);
  if (!row) throw new Refusal('webhook_not_found');
  refuseServerHook(row);
  const before = openWebhook(keyRing, row);
  const settings = decideChangedSettings(before, edit.change);
  const after: Webhook = {
    ...before,
    ...settings,
    isVerified: isVerifiedAfter(before, settings, edit.verification),
    signingKeys: signingKeysAfter(before.signingKeys, edit.signatureKind, now),
  };
  const sealed = {
    targetEncrypted: sealTarget(keyRing, after.target),
    signingKeysEncrypted: sealSigningKeys(keyRing, after.signingKeys),
  };
  await updateWebhookRow(tx, { ...after, ...sealed }, now);
  if (edit.state === undefined) return after;
  const isChanged = await changeWebhookState(tx, recordEvents, serverId, webhookId, edit.state, {}, now);
  return isChanged ? { ...after, state: edit.state, stateSince: now } : after;
}

function isVerifiedAfter(
  before: Webhook,
  after: Pick<Webhook, 'target' | 'triggers'>,
  verification: EditVerification,
): boolean {
  if (verification.kind === 'unasked') return before.isVerified;
  const wanted = triggersToVerify(before, after);
  if (verification.kind === 'declined') return before.isVerified && wanted.length === 0;
  const isWhatWasCalled =
    isDeepStrictEqual(verification.target, after.target) &&
    wanted.every(trigger => verification.triggers.includes(trigger));
  // Somebody else has changed it between the calls and now, so that nobody knows whether this would be answered.
  if (!isWhatWasCalled)
    throw new Refusal('webhook_url_check_failed', 'The webhook was changed while it was checked. Please try again.');
  return true;
}

function signingKeysAfter(
  keys: readonly SigningKey[],
  kind: SigningKey['kind'] | undefined,
  now: Date,
): readonly SigningKey[] {
  if (kind === undefined || newestSigningKey(keys)?.kind === kind) return keys;
  return rotateSigningKeys(keys, makeSigningKey(kind, now), now, overlapInHoursByDefault * 3600);
}
