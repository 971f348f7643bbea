// Sends for whoever stands behind a token: a server, or the literal test token, for which everything is checked and
// nothing is stored.

import type { SendingServer } from '../servers/server.ts';
import type { AcceptMessage, SendResult } from './accept-message.ts';
import type { SendRequest } from './send-request.ts';

export type SendForCaller = (caller: { serverId: number; isTest: boolean }, request: SendRequest) => Promise<SendResult>;

/** `serverOf` knows the server of every caller that was authenticated a moment ago. */
export function createSendForCaller(
  acceptMessage: AcceptMessage,
  serverOf: (serverId: number) => Promise<SendingServer>,
): SendForCaller {
  return async (caller, request) => {
    if (caller.isTest) return acceptMessage.rehearse(request);
    return acceptMessage.accept(await serverOf(caller.serverId), request);
  };
}
