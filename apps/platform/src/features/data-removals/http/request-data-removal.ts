// POST /data-removals: asks for the erasure of a recipient's data.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { booleanOrText } from '../../../edges/http-api/wire-types.ts';
import { Refusal } from '../../../refusals.ts';
import { requestRemoval } from '../request-removal.ts';

export function requestDataRemoval(isAllowed: boolean): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/data-removals',
    token: 'account',
    group: 'Data removal',
    summary: 'Asks for the erasure of what is kept about a recipient, on all servers of the account.',
    body: Type.Object({
      RequestedBy: Type.Optional(Type.String({ description: 'Who asks, and is told when it is done.' })),
      RequestedFor: Type.Optional(Type.String({ description: 'Whose data is erased.' })),
      NotifyWhenCompleted: Type.Optional(booleanOrText()),
    }),
    response: Type.Object({ ID: Type.Integer(), Status: Type.String() }),
    async handle(call) {
      if (!isAllowed) throw new Refusal('data_removal_not_allowed');
      const { RequestedBy, RequestedFor, NotifyWhenCompleted = false } = call.body;
      const request = {
        requestedBy: RequestedBy,
        requestedFor: RequestedFor,
        notifyWhenCompleted: NotifyWhenCompleted,
      };
      const removal = await call.transaction((tx, now) => requestRemoval(tx, call.account.accountId, request, now));
      return { ID: removal.dataRemovalId, Status: removal.status };
    },
  });
}
