// Sends for whoever stands behind a token: a server, or the literal test token, for which everything is checked and
// nothing is stored.

import { refusals } from '../../refusals.ts';
import type { SendingServer } from '../servers/server.ts';
import type { AcceptMessage, AcceptOptions } from './accept-message.ts';
import type { SendRequest } from './send-request.ts';
import type { SendResult } from './send-result.ts';

export type SendForCaller = (
  caller: { serverId: number; isTest: boolean },
  request: SendRequest,
  options?: AcceptOptions,
) => Promise<SendResult>;

/** `serverOf` knows the server of every caller that was authenticated a moment ago. */
export function createSendForCaller(
  acceptMessage: AcceptMessage,
  serverOf: (serverId: number) => Promise<SendingServer | undefined>,
): SendForCaller {
  return async (caller, request, options) => {
    if (caller.isTest) return acceptMessage.rehearse(request);
    const server = await serverOf(caller.serverId);
    // Deleted between the check of the token and now.
    if (!server) return { kind: 'refused', refusal: 'server_token_invalid', text: refusals.server_token_invalid.text };
    return acceptMessage.accept(server, request, options);
  };
}
