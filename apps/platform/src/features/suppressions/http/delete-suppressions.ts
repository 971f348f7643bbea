// POST …/suppressions/delete: lets addresses receive again.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { removeFromList } from '../change-list.ts';
import { type ListScope, listOf, scopeName } from './list-of-call.ts';
import { addressesOf, changeAnswer, changeBody, toChangeAnswer } from './suppression-bodies.ts';

export function deleteSuppressions(scope: ListScope, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: `${scope.path}/delete`,
    token: scope.token,
    group: 'Suppressions',
    summary: `Lets suppressed addresses of ${scopeName(scope)} receive again.`,
    body: changeBody,
    response: changeAnswer,
    async handle(call) {
      const list = await listOf(scope, call);
      const addresses = addressesOf(call.body);
      const results = await call.transaction((tx, now) => removeFromList(tx, recordEvents, list, addresses, now));
      return toChangeAnswer(results, 'Deleted');
    },
  });
}
