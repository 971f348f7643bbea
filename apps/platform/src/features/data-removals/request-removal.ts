// Takes a request to erase a recipient's data. The erasure itself is the job of run-removals.ts.

import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import type { DataRemoval } from './data-removal.ts';
import { findDataRemoval, insertDataRemoval } from './store.ts';

export type RemovalRequest = {
  requestedBy: string | undefined;
  requestedFor: string | undefined;
  notifyWhenCompleted: boolean;
};

function readMailbox(name: string, text: string | undefined): string {
  const address = text?.trim() ?? '';
  if (address === '') throw new Refusal('data_removal_request_invalid', `'${name}' is required.`);
  const reading = readAddress(address, { allowNonAsciiMailboxes: true });
  if (reading.kind !== 'address') {
    throw new Refusal('data_removal_request_invalid', `'${name}' is not a valid email address.`);
  }
  return reading.address;
}

/** Asking again for the same person is no mistake: it is a request of its own, which finds what has come since. */
export async function requestRemoval(
  tx: Tx,
  accountId: number,
  request: RemovalRequest,
  now: Date,
): Promise<DataRemoval> {
  const { requestedBy, requestedFor } = request;
  if (requestedBy === undefined && requestedFor === undefined) throw new Refusal('data_removal_request_invalid');
  const removal = {
    accountId,
    requestedBy: readMailbox('RequestedBy', requestedBy),
    requestedFor: readMailbox('RequestedFor', requestedFor),
    isNoticeDue: request.notifyWhenCompleted,
  };
  return { dataRemovalId: await insertDataRemoval(tx, removal, now), status: 'Pending' };
}

/** @throws Refusal when the account has made no such request. */
export async function readRemoval(
  db: Queryable,
  accountId: number,
  dataRemovalId: number | undefined,
): Promise<DataRemoval> {
  const found = dataRemovalId === undefined ? undefined : await findDataRemoval(db, accountId, dataRemovalId);
  if (!found) throw new Refusal('data_removal_id_invalid');
  return found;
}
