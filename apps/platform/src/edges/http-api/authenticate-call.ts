// Finds out who calls, from the two token headers. Source: Postmark's API reference, "Authentication".

import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../../refusals.ts';
import type { AccountCaller, Endpoint, ServerCaller } from './endpoint.ts';

/** Both are given the token trimmed and in lower case, because tokens match in any case. */
export type TokenSources = {
  authenticateServer(token: string): Promise<ServerCaller | undefined>;
  authenticateAccount(token: string): Promise<AccountCaller | undefined>;
};

export type Caller =
  | { kind: 'server'; server: ServerCaller }
  | { kind: 'account'; account: AccountCaller }
  | { kind: 'none' };

const testToken = 'postmark_api_test';
const tokenCharactersMax = 256;

/** It belongs to no server: ids start at 1, so 0 finds nothing anywhere. */
const testCaller: Caller = {
  kind: 'server',
  server: { serverId: 0, accountId: 0, tokenId: 0, deliveryType: 'Sandbox', isTest: true },
};

/** Throws `Refusal` (401, ErrorCode 10) when the token is missing, unknown, of the wrong kind, or accompanied by the other kind. */
export async function authenticateCall(
  endpoint: Pick<Endpoint, 'token' | 'acceptsTestToken'>,
  headers: IncomingHttpHeaders,
  sources: TokenSources,
): Promise<Caller> {
  if (endpoint.token === 'none') return { kind: 'none' };
  const accountToken = readToken(headers['x-postmark-account-token']);

  if (endpoint.token === 'account') {
    const account = accountToken === undefined ? undefined : await sources.authenticateAccount(accountToken);
    if (account === undefined) throw new Refusal('account_token_invalid');
    return { kind: 'account', account };
  }

  const serverToken = readToken(headers['x-postmark-server-token']);
  if (serverToken === undefined) throw new Refusal('server_token_invalid');
  if (accountToken !== undefined) throw new Refusal('both_tokens');
  if (serverToken === testToken && endpoint.acceptsTestToken === true) return testCaller;
  const server = serverToken === testToken ? undefined : await sources.authenticateServer(serverToken);
  if (server === undefined) throw new Refusal('server_token_invalid');
  return { kind: 'server', server };
}

function readToken(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const token = header.trim().toLowerCase();
  return token === '' || token.length > tokenCharactersMax ? undefined : token;
}
