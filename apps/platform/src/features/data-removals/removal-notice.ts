// The mail that tells who asked that a removal is done. It does not say whose data it was: that would be data again.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { findRemovalNotice, forgetRequesters as forgetRows } from './store.ts';

export type RemovalNotice = { dataRemovalId: number; requestedBy: string; requestedAt: Date; completedAt: Date };

export type RemovalNoticeMail = { to: string; subject: string; text: string; html: string; tag: string };

/** A notice that could not be sent in this time is given up, and its address with it. */
const keptForDays = 8;
const oneDayInMilliseconds = 86_400_000;

/** Undefined when nobody is to be told any more. */
export async function readRemovalNotice(db: Queryable, dataRemovalId: number): Promise<RemovalNotice | undefined> {
  return findRemovalNotice(db, dataRemovalId);
}

export function composeRemovalNotice(notice: RemovalNotice): RemovalNoticeMail {
  const day = (time: Date) => time.toISOString().slice(0, 10);
  const lines = [
    `The data removal that you asked for on ${day(notice.requestedAt)} (number ${notice.dataRemovalId}) is done.`,
    'Messages to the address, and everything else that was kept about it, were erased or made anonymous. Suppressions ' +
      'are kept as a hash, so that it gets no mail that it did not want before.',
  ];
  return {
    to: notice.requestedBy,
    subject: `Data removal ${notice.dataRemovalId} is done`,
    text: lines.join('\n\n'),
    html: `<!doctype html><html lang="en"><body>${lines.map(line => `<p>${line}</p>`).join('\n')}</body></html>`,
    tag: 'data-removal',
  };
}

export async function forgetRequesters(db: Queryable, now: Date): Promise<void> {
  await forgetRows(db, new Date(now.getTime() - keptForDays * oneDayInMilliseconds));
}
