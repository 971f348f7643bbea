// The ways to test without real mail, by the unmodified official client: sandbox server, black hole, bounce generator.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errors, type ServerClient } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { sender } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live, sandbox } = await runPlatform();

type EventOfClient = { Recipient: string; Type: string; Details: Record<string, string> };

async function sendAndWait(client: ServerClient, to: string, more: object = {}) {
  const answer = await client.sendEmail({ From: sender, To: to, Subject: 'Test', TextBody: 'Test', ...more });
  const details = await until('it has ended', async () => {
    const found = await client.getOutboundMessageDetails(answer.MessageID);
    return found.Status === 'Sent' && found;
  });
  return { details, events: details.MessageEvents as unknown as EventOfClient[] };
}

test('a sandbox server takes any sender, says Delivered, and nothing leaves', async () => {
  const { details, events } = await sendAndWait(sandbox, 'anyone@example.com', { From: 'hello@not-verified.example' });
  assert.deepEqual(
    events.map(event => event.Type),
    ['Delivered'],
  );
  assert.equal((details as unknown as { Sandboxed: boolean }).Sandboxed, true);
  const ways = world.dns.queries.filter(query => query.type !== 'TXT');
  assert.deepEqual(ways, [], 'not even a name server was asked for a way; housekeeping asks for DKIM records');
});

test('the black hole takes everything and says Delivered', async () => {
  for (const client of [live, sandbox]) {
    const { events } = await sendAndWait(client, 'test@blackhole.postmarkapp.com');
    assert.deepEqual(
      events.map(event => event.Type),
      ['Delivered'],
    );
  }
});

for (const [name, client] of [
  ['live', live],
  ['sandbox', sandbox],
] as const) {
  test(`the bounce generator bounces at once and suppresses, on a ${name} server`, async () => {
    const address = 'HardBounce@bounce-testing.postmarkapp.com';
    const { events } = await sendAndWait(client, address);
    assert.deepEqual(
      events.map(event => event.Type),
      ['Bounced', 'SubscriptionChanged'],
    );
    assert.match(events[0]?.Details.BounceID ?? '', /^\d+$/);
    assert.deepEqual(events[1]?.Details, { Origin: 'Recipient', SuppressSending: 'True' });
    await assert.rejects(
      client.sendEmail({ From: sender, To: address, Subject: 'Again', TextBody: 'Again' }),
      (error: Errors.InactiveRecipientsError) => {
        assert.ok(error instanceof Errors.InactiveRecipientsError);
        assert.deepEqual(error.recipients, ['hardbounce@bounce-testing.postmarkapp.com']);
        return true;
      },
    );
  });
}

test('bounces that say nothing against the address suppress nothing, and +suffixes make new addresses', async () => {
  for (const type of ['SoftBounce', 'Blocked', 'spam_notification', 'hardbounce+42']) {
    const { events } = await sendAndWait(live, `${type}@bounce-testing.postmarkapp.com`);
    const expected = type.startsWith('hard') ? ['Bounced', 'SubscriptionChanged'] : ['Bounced'];
    assert.deepEqual(
      events.map(event => event.Type),
      expected,
      type,
    );
  }
  await sendAndWait(live, 'SoftBounce@bounce-testing.postmarkapp.com');
});

test('the header chooses the bounce type', async () => {
  const headers = { Headers: [{ Name: 'X-PM-Bounce-Type', Value: 'SoftBounce' }] };
  const { events } = await sendAndWait(live, 'customer@bounce-testing.postmarkapp.com', headers);
  assert.deepEqual(
    events.map(event => event.Type),
    ['Bounced'],
  );
});

test('no connection was opened for any of this', () => {
  assert.equal(world.sink.connections, 0);
});
