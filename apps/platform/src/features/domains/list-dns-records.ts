// Lists the DKIM records that the owner of a domain has to publish.

import { dkimRecordValue } from '@pennyblack/email/dkim/signing-key.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { DnsRecord } from './domain.ts';
import { findDomain, listDkimKeys } from './store.ts';

/** Undefined when the account (null: the installation) has no such domain. */
export async function listDnsRecords(
  db: Queryable,
  accountId: number | null,
  name: string,
): Promise<DnsRecord[] | undefined> {
  const domain = await findDomain(db, accountId, name.toLowerCase());
  if (!domain) return undefined;
  const keys = await listDkimKeys(db, domain.domainId);
  return keys.map(key => ({
    type: 'TXT',
    name: `${key.selector}._domainkey.${domain.name}`,
    value: dkimRecordValue(key.algorithm, key.publicKey),
  }));
}
