// GET …/suppressions/dump: a whole list, newest first.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readList } from '../read-lists.ts';
import { type ListScope, listOf, scopeName } from './list-of-call.ts';
import { filterQuery, listAnswer, readFilter, toWireSuppression } from './suppression-bodies.ts';

export function getSuppressions(scope: ListScope): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: `${scope.path}/dump`,
    token: scope.token,
    group: 'Suppressions',
    summary: `Lists the suppressed addresses of ${scopeName(scope)}.`,
    query: filterQuery,
    response: listAnswer,
    async handle(call) {
      const filter = readFilter(call.query);
      const list = await listOf(scope, call);
      return { Suppressions: (await readList(call.reads, list, filter)).map(toWireSuppression) };
    },
  });
}
