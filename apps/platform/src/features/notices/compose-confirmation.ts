// Finds what a confirmation mail says, at the moment that it is sent: whom it asks may have confirmed or been removed by then.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { makeConfirmationToken, readConfirmationToken } from '../senders/confirmation-link.ts';
import { isConfirmed, readSignature } from '../senders/read-senders.ts';
import { composeConfirmationMail } from './confirmation-mail.ts';
import type { ComposeNotice } from './notice.ts';

export function createConfirmationComposer(deps: {
  db: Queryable;
  /** Signs the links. */
  key: Buffer;
  /** The page of a token, as the world reaches it. */
  linkOf(token: string): string;
}): ComposeNotice {
  return async notice => {
    const whole = await readSignature(deps.db, Number(notice.details.senderId));
    if (!whole || isConfirmed(whole)) return undefined;
    const { signature } = whole;
    const token = makeConfirmationToken(deps.key, signature, notice.createdAt);
    return composeConfirmationMail({
      emailAddress: signature.emailAddress,
      name: signature.name,
      personalNote: signature.personalNote,
      link: deps.linkOf(token),
      validUntil: readConfirmationToken(token)?.expiresAt ?? notice.createdAt,
    });
  };
}
