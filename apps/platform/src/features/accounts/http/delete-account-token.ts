// DELETE /account/tokens/{id}: revokes an API token of the account. Ours: Postmark has no such endpoint.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { revokeToken } from '../account-tokens.ts';

export function deleteAccountToken(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/account/tokens/:tokenid',
    token: 'account',
    group: 'Account',
    summary: 'Revokes an API token of the account; the last one stays.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const tokenId = call.pathNumber('tokenid');
      if (tokenId === undefined) throw new Refusal('account_token_not_found');
      await call.transaction((tx, now) => revokeToken(tx, call.account.accountId, tokenId, now));
      return { ErrorCode: 0, Message: `Token ${tokenId} revoked.` };
    },
  });
}
