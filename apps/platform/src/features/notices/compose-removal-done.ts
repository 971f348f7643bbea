// Tells who asked for a data removal that it is done. His address is read when the mail is sent; eight days later it is gone.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { composeRemovalNotice, readRemovalNotice } from '../data-removals/removal-notice.ts';
import type { ComposeNotice } from './notice.ts';

export function createRemovalDoneComposer(db: Queryable): ComposeNotice {
  return async ({ details }) => {
    const removal = await readRemovalNotice(db, Number(details.dataRemovalId));
    return removal && composeRemovalNotice(removal);
  };
}
