// POST …/suppressions: suppresses addresses.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { addToList } from '../change-list.ts';
import { type ListScope, listOf, scopeName } from './list-of-call.ts';
import { addressesOf, changeAnswer, changeBody, toChangeAnswer } from './suppression-bodies.ts';

export function createSuppressions(scope: ListScope, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: scope.path,
    token: scope.token,
    group: 'Suppressions',
    summary: `Suppresses addresses of ${scopeName(scope)}.`,
    body: changeBody,
    response: changeAnswer,
    async handle(call) {
      const list = await listOf(scope, call);
      const addresses = addressesOf(call.body);
      const results = await call.transaction((tx, now) => addToList(tx, recordEvents, list, addresses, now));
      return toChangeAnswer(results, 'Suppressed');
    },
  });
}
