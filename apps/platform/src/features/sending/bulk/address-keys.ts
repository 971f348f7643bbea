// By what the recipients of an entry that waits are found again.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import type { BulkEntry } from './bulk-request.ts';

/** One in each line. The entry was checked: whether such mailboxes are allowed is decided. */
export function addressKeysOf({ to, cc, bcc }: Pick<BulkEntry, 'to' | 'cc' | 'bcc'>): string {
  const lists = [to, cc, bcc].map(list => parseMailboxList('To', list, { allowNonAsciiMailboxes: true }));
  const mailboxes = lists.flatMap(list => (list.kind === 'mailboxes' ? list.mailboxes : []));
  return mailboxes.map(mailbox => addressKey(mailbox.address)).join('\n');
}
