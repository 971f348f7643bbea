// GET /account/tokens: the API tokens of the account, without the tokens themselves. Ours: Postmark has no such endpoint.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { listTokens } from '../account-tokens.ts';

export function getAccountTokens(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/account/tokens',
    token: 'account',
    group: 'Account',
    summary: 'Lists the API tokens of the account by name and last characters.',
    response: Type.Object({
      TotalCount: Type.Integer(),
      Tokens: Type.Array(
        Type.Object({
          ID: Type.Integer(),
          Name: Type.String(),
          LastCharacters: Type.String(),
          CreatedAt: Type.String(),
          IsCurrent: Type.Boolean({ description: 'Whether this request was made with it.' }),
        }),
      ),
    }),
    async handle(call) {
      const tokens = await listTokens(call.reads, keyRing, call.account.accountId);
      return {
        TotalCount: tokens.length,
        Tokens: tokens.map(token => ({
          ID: token.tokenId,
          Name: token.name,
          LastCharacters: token.lastCharacters,
          CreatedAt: token.createdAt.toISOString(),
          IsCurrent: token.tokenId === call.account.tokenId,
        })),
      };
    },
  });
}
