// What a customer does to a list of suppressed addresses: adds some, or lets some receive again. One address that cannot
// be changed does not keep the others from being changed. Source: Postmark's Suppressions API.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { refusals } from '../../refusals.ts';
import type { RecordEvents } from '../events/record-events.ts';
import { mayLift, maySuppressAgain } from './change-rules.ts';
import { deleteSuppressions, lockSuppressions } from './store.ts';
import { suppressAddresses } from './suppress-addresses.ts';
import type { StoredSuppression, Suppression } from './suppression.ts';
import { hasEvents, type SuppressionList } from './suppression-list.ts';

/** `failure` is the text for the customer; undefined: done, or there was nothing to do. */
export type AddressResult = { emailAddress: string; failure: string | undefined };

const addressFailure = refusals.suppression_address_invalid.text;
const authorityFailure = refusals.suppression_change_forbidden.text;

type Reading = { emailAddress: string; key: string | undefined };

function read(emailAddress: string): Reading {
  const isAddress = readAddress(emailAddress.trim(), { allowNonAsciiMailboxes: true }).kind === 'address';
  return { emailAddress, key: isAddress ? addressKey(emailAddress.trim()) : undefined };
}

async function lockListed(
  tx: Tx,
  list: SuppressionList,
  readings: readonly Reading[],
): Promise<ReadonlyMap<string, StoredSuppression>> {
  const keys = [...new Set(readings.flatMap(({ key }) => key ?? []))];
  return new Map((await lockSuppressions(tx, list, keys)).map(row => [row.addressKey, row]));
}

function resultsOf(
  readings: readonly Reading[],
  listed: ReadonlyMap<string, StoredSuppression>,
  mayChange: (present: StoredSuppression) => boolean,
): AddressResult[] {
  return readings.map(({ emailAddress, key }) => {
    if (key === undefined) return { emailAddress, failure: addressFailure };
    const present = listed.get(key);
    return { emailAddress, failure: present && !mayChange(present) ? authorityFailure : undefined };
  });
}

/** What is suppressed already stays as it is, and that is a success. */
export async function addToList(
  tx: Tx,
  recordEvents: RecordEvents,
  list: SuppressionList,
  emailAddresses: readonly string[],
  now: Date,
): Promise<AddressResult[]> {
  const readings = emailAddresses.map(read);
  const listed = await lockListed(tx, list, readings);
  const wanted = readings.flatMap(({ emailAddress, key }): Suppression[] =>
    key === undefined || listed.has(key)
      ? []
      : [
          {
            ...list,
            addressKey: key,
            emailAddress: emailAddress.trim(),
            reason: 'ManualSuppression',
            origin: 'Customer',
          },
        ],
  );
  await suppressWithEvents(tx, recordEvents, wanted, now);
  return resultsOf(readings, listed, maySuppressAgain);
}

/** Stores suppressions that no message caused, each with its event. Answers those that are new. */
export async function suppressWithEvents(
  tx: Tx,
  recordEvents: RecordEvents,
  suppressions: readonly Suppression[],
  now: Date,
): Promise<Suppression[]> {
  const created = await suppressAddresses(tx, suppressions, now);
  const events = created.filter(hasEvents).map(({ serverId, streamId, emailAddress, reason, origin }) => ({
    kind: 'suppression_created' as const,
    serverId,
    streamId,
    recipient: emailAddress,
    details: { reason, origin },
  }));
  await recordEvents(tx, events, now);
  return created;
}

/** An address that is not suppressed is a success as well. */
export async function removeFromList(
  tx: Tx,
  recordEvents: RecordEvents,
  list: SuppressionList,
  emailAddresses: readonly string[],
  now: Date,
): Promise<AddressResult[]> {
  const readings = emailAddresses.map(read);
  const listed = await lockListed(tx, list, readings);
  const lifted = [...listed.values()].filter(mayLift);
  if (lifted.length > 0) {
    const keys = lifted.map(suppression => suppression.addressKey);
    await deleteSuppressions(tx, list, keys);
    const events = lifted.filter(hasEvents).map(({ serverId, streamId, emailAddress }) => ({
      kind: 'suppression_lifted' as const,
      serverId,
      streamId,
      recipient: emailAddress,
      details: { origin: 'Customer' },
    }));
    await recordEvents(tx, events, now);
  }
  return resultsOf(readings, listed, mayLift);
}
