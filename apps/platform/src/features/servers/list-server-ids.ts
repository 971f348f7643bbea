// Lists all servers, for what may belong to any of them.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { selectServerIds } from './store.ts';

export function listServerIds(db: Queryable): Promise<number[]> {
  return selectServerIds(db);
}
