// POST …/suppressions/import: takes a list over from a CSV text. Ours.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { RecordEvents } from '../../events/record-events.ts';
import { importedAtMost, importList } from '../import-list.ts';
import { type ListScope, listOf, scopeName } from './list-of-call.ts';

const bodyBytesMax = 10 * 1024 * 1024;
const failuresShownMax = 1000;

export function importSuppressions(scope: ListScope, recordEvents: RecordEvents): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: `${scope.path}/import`,
    token: scope.token,
    group: 'Suppressions',
    summary: `Takes suppressed addresses of ${scopeName(scope)} over from CSV (extension).`,
    bodyBytesMax,
    body: Type.Object({
      Csv: Type.Optional(
        Type.String({ description: 'EmailAddress, SuppressionReason, Origin; only the first is required.' }),
      ),
    }),
    response: Type.Object({
      Imported: Type.Integer(),
      AlreadySuppressed: Type.Integer(),
      FailedCount: Type.Integer(),
      Failed: Type.Array(Type.Object({ Line: Type.Integer(), EmailAddress: Type.String(), Message: Type.String() })),
    }),
    async handle(call) {
      const list = await listOf(scope, call);
      const csv = call.body.Csv;
      if (csv === undefined || csv.trim() === '') throw new Refusal('suppression_body_required');
      const done = await call.transaction((tx, now) => importList(tx, recordEvents, list, csv, now));
      if (!done)
        throw new Refusal('suppression_too_many', `An import is limited to ${importedAtMost} email addresses.`);
      return {
        Imported: done.imported,
        AlreadySuppressed: done.alreadySuppressed,
        FailedCount: done.failures.length,
        Failed: done.failures
          .slice(0, failuresShownMax)
          .map(({ line, text, why }) => ({ Line: line, EmailAddress: text, Message: why })),
      };
    },
  });
}
