// Turns what a unique index declined into the refusal of the Servers API: two requests at once cannot take one name.

import { StatementFailed } from '@pennyblack/runtime/database/database.ts';
import { Refusal, type RefusalName } from '../../refusals.ts';

const refusalOfIndex: ReadonlyMap<string | undefined, RefusalName> = new Map([
  ['servers_name', 'server_name_exists'],
  ['servers_inbound_domain', 'inbound_domain_in_use'],
]);

/** The transaction of `work` is over when this throws. @throws Refusal 602, 603. */
export async function refuseTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof StatementFailed ? refusalOfIndex.get(error.constraint) : undefined;
    throw refusal === undefined ? error : new Refusal(refusal);
  }
}
