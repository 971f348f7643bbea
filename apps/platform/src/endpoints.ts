// Every endpoint of the HTTP API, in the order of the reference.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Endpoint } from './edges/http-api/endpoint.ts';
import { createAccountToken } from './features/accounts/http/create-account-token.ts';
import { deleteAccountToken } from './features/accounts/http/delete-account-token.ts';
import { getAccountTokens } from './features/accounts/http/get-account-tokens.ts';
import { getDataRemovalStatus } from './features/data-removals/http/get-data-removal-status.ts';
import { requestDataRemoval } from './features/data-removals/http/request-data-removal.ts';
import type { FindKeys } from './features/messages/dump-message.ts';
import { getOutboundMessageDetails } from './features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from './features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from './features/messages/http/get-outbound-messages.ts';
import type { IsQueuedCondition } from './features/messages/ports.ts';
import { sendEmail } from './features/sending/http/send-email.ts';
import { sendEmailBatch } from './features/sending/http/send-email-batch.ts';
import type { SendForCaller } from './features/sending/send-for-caller.ts';

export type EndpointDeps = {
  send: SendForCaller;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
  keyRing: KeyRing;
  allowsDataRemovals: boolean;
};

export function createEndpoints(deps: EndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send),
    sendEmailBatch(deps.send),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys),
    getOutboundMessageDump(deps.isQueued, deps.findKeys),
    requestDataRemoval(deps.allowsDataRemovals),
    getDataRemovalStatus(deps.allowsDataRemovals),
    getAccountTokens(deps.keyRing),
    createAccountToken(deps.keyRing),
    deleteAccountToken(),
  ];
}

/** The endpoints without anything behind them, for the reference. */
export function describeEndpoints(): Endpoint[] {
  const unreachable = () => {
    throw new Error('The reference describes endpoints and calls none.');
  };
  return createEndpoints({
    send: unreachable,
    isQueued: unreachable,
    findKeys: unreachable,
    streamsOf: unreachable,
    keyRing: { encrypt: unreachable, decrypt: unreachable, deriveKeys: unreachable },
    allowsDataRemovals: true,
  });
}
