// GET /data-removals/{id}: how far the erasure of a recipient's data is.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { readRemoval } from '../request-removal.ts';

export function getDataRemovalStatus(isAllowed: boolean): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/data-removals/:dataremovalid',
    token: 'account',
    group: 'Data removal',
    summary: "Tells whether the erasure of a recipient's data is done.",
    response: Type.Object({ ID: Type.Integer(), Status: Type.String() }),
    async handle(call) {
      if (!isAllowed) throw new Refusal('data_removal_not_allowed');
      const removal = await readRemoval(call.reads, call.account.accountId, call.pathNumber('dataremovalid'));
      return { ID: removal.dataRemovalId, Status: removal.status };
    },
  });
}
