// GET …/suppressions/export: a whole list as a CSV text. Ours.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { writeCsv } from '../csv-rules.ts';
import { readList } from '../read-lists.ts';
import { type ListScope, listOf, scopeName } from './list-of-call.ts';
import { filterQuery, readFilter } from './suppression-bodies.ts';

export function exportSuppressions(scope: ListScope): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: `${scope.path}/export`,
    token: scope.token,
    group: 'Suppressions',
    summary: `Writes the suppressed addresses of ${scopeName(scope)} as CSV (extension).`,
    query: filterQuery,
    response: Type.Object({ Csv: Type.String() }),
    async handle(call) {
      const filter = readFilter(call.query);
      const list = await listOf(scope, call);
      return { Csv: writeCsv(await readList(call.reads, list, filter)) };
    },
  });
}
