// Tells all processes that a server's templates have changed, so that they drop what they keep of them. Part of the
// changing transaction: PostgreSQL sends it with the commit.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { notifyTemplateChange } from './store.ts';

/** The payload is the server's id. */
export const templatesChannel = 'pennyblack_templates';

export async function announceTemplateChange(tx: Tx, serverId: number): Promise<void> {
  await notifyTemplateChange(tx, templatesChannel, serverId);
}
