// Takes a recipient out of entries that wait: an entry for nobody else is never sent, another one goes to the others.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { formatMailboxForDisplay } from '@pennyblack/email/address/format-mailbox.ts';
import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import { replaceInJson } from '@pennyblack/email/address/replace-address.ts';
import type { DataRemover, RemovalSubject } from '../../accounts/data-remover.ts';
import { addressKeysOf } from './address-keys.ts';
import type { BulkEntry } from './bulk-request.ts';
import { packEntry, unpackEntry } from './pack-bulk.ts';
import { endEntries, lockEntriesOf, rewriteEntry } from './store.ts';

export const bulkEntriesRemover: DataRemover = {
  tables: ['bulk_entries'],
  async removeByAddress(tx, subject, limit) {
    const rows = await lockEntriesOf(tx, subject.serverIds, subject.addressKey, subject.upperMessageId, limit);
    for (const row of rows) {
      const entry = withoutSubject(unpackEntry(row.content), subject);
      const addressKeys = addressKeysOf(entry);
      if (addressKeys === '') await endEntries(tx, row, [{ ...row, outcome: 'failed', messageId: null }]);
      else await rewriteEntry(tx, row, { entryNumber: row.entryNumber, addressKeys, content: packEntry(entry) });
    }
    return rows.length;
  },
};

function withoutSubject(entry: BulkEntry, subject: RemovalSubject): BulkEntry {
  const { to, cc, bcc, ...rest } = entry;
  const others = (list: string) => withoutAddress(list, subject.addressKey);
  return { ...replaceInJson(rest, subject.replace), to: others(to), cc: others(cc), bcc: others(bcc) };
}

function withoutAddress(list: string, key: string): string {
  const reading = parseMailboxList('To', list, { allowNonAsciiMailboxes: true });
  if (reading.kind === 'invalid') return list;
  const others = reading.mailboxes.filter(mailbox => addressKey(mailbox.address) !== key);
  return others.map(formatMailboxForDisplay).join(', ');
}
