// What bulk requests need from features beside them.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { RefusalName } from '../../../refusals.ts';
import type { BulkContent } from './bulk-request.ts';

export type FoundTemplate =
  | { kind: 'found'; template: Omit<BulkContent, 'inlinesCss'> }
  | { kind: 'refused'; refusal: RefusalName; text: string };

/** A template of the server with its layout, as it is now. */
export type FindTemplate = (
  db: Queryable,
  serverId: number,
  wanted: { templateId: number } | { alias: string },
) => Promise<FoundTemplate>;
