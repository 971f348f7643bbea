// Takes a bulk request of whoever stands behind a token: a server, or the literal test token, for which everything is
// checked and nothing is stored.

import { refusals } from '../../../refusals.ts';
import type { SendingServer } from '../../servers/server.ts';
import type { KeyedItem } from '../idempotency-key.ts';
import { refused, type SendResult } from '../send-result.ts';
import type { AcceptBulk } from './accept-bulk.ts';
import type { BulkSubmission } from './bulk-submission.ts';

export type AcceptBulkForCaller = (
  caller: { serverId: number; isTest: boolean },
  submission: BulkSubmission,
  keyed: KeyedItem | undefined,
) => Promise<SendResult>;

/** `serverOf` knows the server of every caller that was authenticated a moment ago. */
export function createAcceptBulkForCaller(
  acceptBulk: AcceptBulk,
  serverOf: (serverId: number) => Promise<SendingServer | undefined>,
): AcceptBulkForCaller {
  return async (caller, submission, keyed) => {
    if (caller.isTest) return acceptBulk.rehearse(submission);
    const server = await serverOf(caller.serverId);
    // Deleted between the check of the token and now.
    if (!server) return refused('server_token_invalid', refusals.server_token_invalid.text);
    return acceptBulk.accept(server, submission, keyed);
  };
}
