// The unmodified official Node client reads bounces, activates them and keeps suppressions, against a running platform;
// and the sandbox does all that Postmark's does, with webhooks that a real receiver takes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Errors, Models, type ServerClient } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { sender } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { runPlatform } from './running-platform.ts';

const receiver = await startWebhookReceiver();
after(() => receiver.close());
const { live, sandbox, world, withToken } = await runPlatform({}, { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
const domain = 'bounce-testing.postmarkapp.com';

type Payload = Record<string, unknown> & { RecordType: string };
const payloads = () => receiver.requests.map(request => JSON.parse(request.body) as Payload);
const postedTo = (address: string) => payloads().filter(({ Email, Recipient }) => (Email ?? Recipient) === address);

for (const client of [live, sandbox]) {
  await client.createWebhook({
    Url: `${receiver.url}/hook`,
    Triggers: {
      Delivery: { Enabled: true },
      Bounce: { Enabled: true, IncludeContent: true },
      SpamComplaint: { Enabled: true, IncludeContent: false },
      SubscriptionChange: { Enabled: true },
    },
  });
}

const mailTo = (To: string, more: object = {}) => ({ From: sender, To, Subject: 'Test', TextBody: 'Test', ...more });

async function sendAndWait(client: ServerClient, to: string, more: object = {}): Promise<string> {
  const { MessageID } = await client.sendEmail(mailTo(to, more));
  await until('it has ended', async () => (await client.getOutboundMessageDetails(MessageID)).Status === 'Sent');
  return MessageID;
}

async function bounceOf(client: ServerClient, messageID: string) {
  const { Bounces, TotalCount } = await client.getBounces({ messageID, count: 10, offset: 0 });
  assert.equal(TotalCount, 1);
  assert.ok(Bounces[0]);
  return Bounces[0];
}

function isRefusal(code: number) {
  return (error: unknown) => {
    assert.ok(error instanceof Errors.ApiInputError, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

for (const [name, client] of [
  ['live', live],
  ['sandbox', sandbox],
] as const) {
  test(`each type of bounce can be had by address and by header on a ${name} server, with all that follows`, async () => {
    const types = Object.values(Models.BounceType).filter(type => typeof type === 'string' && type !== 'SpamComplaint');
    assert.ok(types.length >= 19);
    const deactivating = ['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated'];
    for (const [number, type] of types.entries()) {
      const isByHeader = number % 2 === 1;
      const address = isByHeader ? `${name}${number}@${domain}` : `${type}+${name}@${domain}`;
      const headers = isByHeader ? { Headers: [{ Name: 'x-pm-bounce-type', Value: String(type).toLowerCase() }] } : {};
      const messageId = await sendAndWait(client, address, headers);
      const bounce = await bounceOf(client, messageId);
      const isInactive = deactivating.includes(String(type));
      assert.deepEqual(
        [bounce.Type, bounce.Inactive, bounce.CanActivate, bounce.Email, bounce.DumpAvailable],
        [type, isInactive, true, address, true],
      );
      // The switch of the server for these, EnableSmtpApiErrorHooks, is off.
      if (type === 'SMTPApiError') continue;
      const called = await until(`the webhooks were called: ${type}`, () => {
        const calls = postedTo(address);
        return calls.length === (isInactive ? 2 : 1) && calls;
      });
      assert.deepEqual(
        called.map(call => [call.RecordType, call.Type ?? call.SuppressSending]),
        [['Bounce', type], ...(isInactive ? [['SubscriptionChange', true]] : [])],
      );
      assert.equal(called[0]?.ID, bounce.ID);
      assert.equal(called[0]?.Content, (await client.getBounceDump(bounce.ID)).Body);
    }
    const { Bounces } = await client.getDeliveryStatistics();
    assert.deepEqual([Bounces[0]?.Name, Bounces[0]?.Count], ['All', types.length]);
  });

  test(`the circle on a ${name} server: hard bounce, 406, activate, sent again; each step is posted`, async () => {
    const address = `HardBounce+circle-${name}@${domain}`;
    const first = await bounceOf(client, await sendAndWait(client, address));
    await assert.rejects(client.sendEmail(mailTo(address)), Errors.InactiveRecipientsError);
    // Calls about one message keep their order; the activation is not about a message, and could overtake them.
    await until('the bounce was posted', () => postedTo(address).length === 2);
    const activated = await client.activateBounce(first.ID);
    assert.deepEqual([activated.Message, activated.Bounce.Inactive], ['OK', false]);
    await client.activateBounce(first.ID);
    await until('the activation was posted', () => postedTo(address).length === 3);
    await sendAndWait(client, address, { Headers: [{ Name: 'X-PM-Bounce-Type', Value: 'SoftBounce' }] });
    const calls = await until('all were posted', () => postedTo(address).length === 4 && postedTo(address));
    assert.deepEqual(
      calls.map(call => [call.RecordType, call.Type ?? call.SuppressSending]),
      [
        ['Bounce', 'HardBounce'],
        ['SubscriptionChange', true],
        ['SubscriptionChange', false],
        ['Bounce', 'SoftBounce'],
      ],
    );
  });

  test(`a test complaint on a ${name} server comes after the delivery, and for ever`, async () => {
    const address = `Spam_Complaint+${name}@${domain}`;
    const bounce = await bounceOf(client, await sendAndWait(client, address));
    assert.deepEqual([bounce.Type, bounce.Inactive, bounce.CanActivate], ['SpamComplaint', true, false]);
    await assert.rejects(client.activateBounce(bounce.ID), isRefusal(1003));
    const lifted = await client.deleteSuppressions('outbound', { Suppressions: [{ EmailAddress: address }] });
    assert.equal(lifted.Suppressions[0]?.Status, 'Failed');
    await assert.rejects(client.sendEmail(mailTo(address)), Errors.InactiveRecipientsError);
    const calls = await until('all were posted', () => postedTo(address).length === 3 && postedTo(address));
    assert.deepEqual(
      calls.map(call => call.RecordType),
      ['Delivery', 'SpamComplaint', 'SubscriptionChange'],
    );
  });
}

test('a test delay is put off once, told in the timeline, and then delivered', async () => {
  const messageId = await sendAndWait(sandbox, `Delay_1s@${domain}`);
  const { MessageEvents } = await sandbox.getOutboundMessageDetails(messageId);
  assert.deepEqual(
    MessageEvents.map(event => event.Type),
    ['Transient', 'Delivered'],
  );
});

test('a sandbox message is delivered, told and counted, and nothing leaves; the test token stores nothing', async () => {
  await sendAndWait(sandbox, 'ana@example.com');
  const [call] = await until(
    'it was posted',
    () => postedTo('ana@example.com').length === 1 && postedTo('ana@example.com'),
  );
  assert.equal(call?.RecordType, 'Delivery');
  const tester = withToken('POSTMARK_API_TEST');
  assert.equal((await tester.sendEmail(mailTo('ana@example.com'))).Message, 'Test job accepted');
  await assert.rejects(tester.getBounces({ count: 1, offset: 0 }), Errors.InvalidAPIKeyError);
  assert.equal(world.sink.connections, 0);
  // Housekeeping asks for the TXT records of the installation's own domain.
  assert.deepEqual(
    world.dns.queries.filter(query => query.type !== 'TXT'),
    [],
  );
});

test('getBounce, getBounces and their filters', async () => {
  const messageId = await sendAndWait(live, `SoftBounce+filters@${domain}`, { Tag: 'circle' });
  const bounce = await bounceOf(live, messageId);
  const { Content, ...rest } = await live.getBounce(bounce.ID);
  assert.deepEqual(rest, bounce);
  assert.match(Content ?? '', /Diagnostic-Code: smtp; 550 5\.0\.0 Test bounce of type SoftBounce/);
  const ids = async (filter: Models.BounceFilteringParameters) =>
    (await live.getBounces({ count: 100, ...filter })).Bounces.map(({ ID }) => ID);
  assert.deepEqual(await ids({ tag: 'circle' }), [bounce.ID]);
  assert.deepEqual(await ids({ emailFilter: '+FILTERS@', type: Models.BounceType.SoftBounce }), [bounce.ID]);
  assert.deepEqual(await ids({ tag: 'circle', inactive: true }), []);
  assert.deepEqual(await ids({ tag: 'circle', messageStream: 'broadcast' }), []);
  await assert.rejects(live.getBounces({ count: -1 }), isRefusal(1000));
  await assert.rejects(live.getBounce(1), isRefusal(1001));
  await assert.rejects(sandbox.getBounce(bounce.ID), isRefusal(1001));
});

test('getSuppressions, createSuppressions and deleteSuppressions', async () => {
  const items = { Suppressions: [{ EmailAddress: 'stop@client.test' }, { EmailAddress: 'not-an-address' }] };
  const created = await live.createSuppressions('outbound', items);
  assert.deepEqual(
    created.Suppressions.map(({ Status, Message }) => [Status, Message]),
    [
      ['Suppressed', null],
      ['Failed', 'An invalid email address was provided.'],
    ],
  );
  const filter = new Models.SuppressionFilteringParameters(
    undefined,
    undefined,
    undefined,
    undefined,
    'STOP@client.test',
  );
  const { Suppressions } = await live.getSuppressions('outbound', filter);
  assert.deepEqual(
    Suppressions.map(({ EmailAddress, SuppressionReason, Origin }) => [EmailAddress, SuppressionReason, Origin]),
    [['stop@client.test', 'ManualSuppression', 'Customer']],
  );
  const deleted = await live.deleteSuppressions('outbound', { Suppressions: [{ EmailAddress: 'stop@client.test' }] });
  assert.deepEqual([deleted.Suppressions[0]?.Status, deleted.Suppressions[0]?.Message], ['Deleted', null]);
  await assert.rejects(live.getSuppressions('nowhere'), isRefusal(1226));
});
