// The promise of the platform, checked from outside: what was accepted is there, every recipient has exactly one final
// event, what is said to be delivered has arrived, and a second copy is only where an uncertain recipient explains it.

import assert from 'node:assert/strict';
import type { MailSink } from '../../tools/fake-world/mail-sink.ts';
import { ask } from './database.ts';
import type { Accepted } from './load.ts';
import { until } from './until.ts';

export type Report = {
  recipients: number;
  delivered: number;
  bounced: number;
  suppressed: number;
  /** Recipients that got more than one copy. Each of them is marked. */
  duplicates: number;
  /** Recipients with a mark: their final dot was sent, or may have been, and nobody recorded an answer. */
  uncertain: number;
};

type RecipientRow = {
  messageId: string;
  address: string;
  finals: string[];
  isUncertain: boolean;
  isQueued: boolean;
};

const recipientsText = `
  select r.message_id as "messageId", r.address,
         coalesce(array_agg(e.kind) filter (where e.kind in
           ('recipient_delivered', 'recipient_bounced', 'recipient_suppressed')), '{}') as finals,
         coalesce(bool_or(e.kind = 'recipient_uncertain'), false) as "isUncertain",
         exists (select from delivery_queue q where q.server_id = r.server_id and q.message_id = r.message_id
                 and q.recipient_number = r.recipient_number) as "isQueued"
  from message_recipients r
  left join events e using (server_id, message_id, recipient_number)
  group by r.server_id, r.message_id, r.recipient_number, r.address`;

/** Copies by message and recipient, over all sinks. */
export function countCopies(sinks: readonly MailSink[]): Map<string, number> {
  const copies = new Map<string, number>();
  for (const message of sinks.flatMap(sink => sink.messages)) {
    const messageId = /^X-PM-Message-Id: (\S+)/im.exec(message.raw.toString('latin1'))?.[1] ?? 'unknown';
    for (const recipient of message.recipients) {
      const key = `${messageId} ${recipient}`;
      copies.set(key, (copies.get(key) ?? 0) + 1);
    }
  }
  return copies;
}

/** Nothing is queued any more but what is held. */
export async function untilQuiet(database: string, secondsMax = 150): Promise<void> {
  await until(
    'the queue is empty',
    async () => {
      const [row] = await ask<{ open: number }>(
        database,
        'select count(*)::int as open from delivery_queue where not is_held',
      );
      return row?.open === 0;
    },
    { secondsMax, everyMilliseconds: 200 },
  );
}

/**
 * Looks at every message in the database, also at those whose answer was lost on its way to the client. `database` is a
 * data folder or an address of PostgreSQL. @throws AssertionError that names the first recipients that break the promise.
 */
export async function checkPromise(
  database: string,
  accepted: readonly Accepted[],
  sinks: readonly MailSink[],
): Promise<Report> {
  const rows = await ask<RecipientRow>(database, recipientsText);
  const byKey = new Map(rows.map(row => [`${row.messageId} ${row.address}`, row]));
  const copies = countCopies(sinks);

  const lost = accepted.flatMap(({ messageId, recipients }) =>
    recipients.map(recipient => `${messageId} ${recipient}`).filter(key => !byKey.has(key)),
  );
  assert.deepEqual(lost.slice(0, 5), [], `${lost.length} recipients were accepted and are not stored`);

  const withoutOneEnd = rows.filter(row => row.finals.length !== 1 || row.isQueued);
  assert.deepEqual(withoutOneEnd.slice(0, 5), [], `${withoutOneEnd.length} recipients without exactly one final event`);

  const delivered = rows.filter(row => row.finals[0] === 'recipient_delivered');
  const missing = delivered.filter(row => !copies.has(`${row.messageId} ${row.address}`));
  assert.deepEqual(missing.slice(0, 5), [], `${missing.length} recipients are said to be delivered and got nothing`);

  const duplicates = [...copies].filter(([, count]) => count > 1).map(([key]) => key);
  const unexplained = duplicates.filter(key => byKey.get(key)?.isUncertain !== true);
  assert.deepEqual(unexplained.slice(0, 5), [], `${unexplained.length} second copies that no mark explains`);

  const unknown = [...copies.keys()].filter(key => !byKey.has(key));
  assert.deepEqual(unknown.slice(0, 5), [], `${unknown.length} copies arrived of which the database knows nothing`);

  return {
    recipients: rows.length,
    delivered: delivered.length,
    bounced: rows.filter(row => row.finals[0] === 'recipient_bounced').length,
    suppressed: rows.filter(row => row.finals[0] === 'recipient_suppressed').length,
    duplicates: duplicates.length,
    uncertain: rows.filter(row => row.isUncertain).length,
  };
}
