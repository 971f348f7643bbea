// Which list an endpoint is about. The same endpoints stand three times: for a stream as Postmark has them, and for the
// whole server and the whole account, which are ours.

import type { Call } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { accountList, type SuppressionList, serverList, streamList } from '../suppression-list.ts';

export type StreamsOf = (serverId: number) => Promise<ReadonlyMap<string, unknown>>;

type ServerScope = { token: 'server'; path: string; listOf(call: Call<'server'>): Promise<SuppressionList> };
type AccountScope = { token: 'account'; path: string; listOf(call: Call<'account'>): Promise<SuppressionList> };

/** What of a scope an endpoint needs; its own token decides what the call carries. */
export type ListScope = ServerScope | AccountScope;

export function listScopes(streamsOf: StreamsOf): ListScope[] {
  return [
    {
      token: 'server',
      path: '/message-streams/:streamid/suppressions',
      listOf: async call => {
        const streamId = call.pathText('streamid');
        const isKnown = (await streamsOf(call.server.serverId)).has(streamId);
        if (!isKnown) throw new Refusal('stream_not_found');
        return streamList(call.server.serverId, streamId);
      },
    },
    { token: 'server', path: '/suppressions', listOf: async call => serverList(call.server.serverId) },
    { token: 'account', path: '/account/suppressions', listOf: async call => accountList(call.account.accountId) },
  ];
}

/** The list of a call; the edge has found the caller of the scope's own token before any endpoint runs. */
export function listOf(scope: ListScope, call: Call): Promise<SuppressionList> {
  return scope.token === 'server' ? scope.listOf(call as Call<'server'>) : scope.listOf(call as Call<'account'>);
}

export function scopeName(scope: ListScope): string {
  if (scope.token === 'account') return 'the account (extension)';
  return scope.path === '/suppressions' ? 'the server (extension)' : 'a stream';
}
