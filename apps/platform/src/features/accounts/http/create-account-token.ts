// POST /account/tokens: makes one more API token of the account. Ours: Postmark has no such endpoint.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { addToken } from '../account-tokens.ts';

export function createAccountToken(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/account/tokens',
    token: 'account',
    group: 'Account',
    summary: 'Makes an API token of the account. It is shown in this answer only.',
    body: Type.Object({ Name: Type.Optional(Type.String({ maxLength: 100 })) }),
    response: Type.Object({ ID: Type.Integer(), Name: Type.String(), Token: Type.String() }),
    async handle(call) {
      const made = await call.transaction((tx, now) =>
        addToken(tx, keyRing, call.account.accountId, call.body.Name ?? '', now),
      );
      return { ID: made.tokenId, Name: made.name, Token: made.token };
    },
  });
}
