// What the API says about one message, and what only the database knows: marks of uncertain recipients.

import type { ServerClient } from 'postmark';
import { ask } from './database.ts';
import { until } from './until.ts';

export type TimelineEntry = { recipient: string; type: string; message: string };

/** As GET /messages/outbound/{id}/details shows it, oldest first. */
export async function timelineOf(client: ServerClient, messageId: string): Promise<TimelineEntry[]> {
  const { MessageEvents } = await client.getOutboundMessageDetails(messageId);
  return MessageEvents.map(({ Recipient, Type, Details }) => {
    // The client's types name the keys of some kinds only.
    const details = Details as unknown as Record<string, string | undefined>;
    return { recipient: Recipient, type: Type, message: details.DeliveryMessage ?? details.Summary ?? '' };
  });
}

/** Waits until every recipient has ended, then tells the story. */
export async function endedTimelineOf(
  client: ServerClient,
  messageId: string,
  secondsMax = 150,
): Promise<TimelineEntry[]> {
  await until(
    `message ${messageId} has ended`,
    async () => (await client.getOutboundMessageDetails(messageId)).Status === 'Sent',
    { secondsMax, everyMilliseconds: 100 },
  );
  return timelineOf(client, messageId);
}

/** Why recipients of a message were marked, in order. */
export async function uncertainMarksOf(database: string, messageId: string): Promise<string[]> {
  const rows = await ask<{ why: string }>(
    database,
    `select details ->> 'why' as why from events where message_id = $1 and kind = 'recipient_uncertain' order by event_id`,
    [messageId],
  );
  return rows.map(row => row.why);
}
