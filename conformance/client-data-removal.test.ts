// The Data Removal API by the unmodified official account client, from the request to the end of the erasure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { AccountClient, Errors } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { accountToken, inboxDomain, sender, serverToken } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live } = await runPlatform();

/** A minute until what was under way has settled, then the next look of the job. */
const doneSecondsMax = 150;

function accountClient(token = accountToken): AccountClient {
  const { host } = new URL(world.url);
  return new AccountClient(token, { requestHost: host, useHttps: false, timeout: 30 });
}

const person = `nadia@${inboxDomain}`;
const requester = `owner@${inboxDomain}`;

test('what a recipient was sent is erased after a request, who asked is told, and other mail is as it was', async () => {
  const send = (to: string) => live.sendEmail({ From: sender, To: to, Subject: `For ${to}`, TextBody: `Hello ${to}` });
  const theirs = await send(person);
  const shared = await send(`${person}, ana@${inboxDomain}`);
  const others = await send(`ana@${inboxDomain}`);
  const read = (id: string) => live.getOutboundMessageDetails(id);
  for (const { MessageID } of [theirs, shared, others]) {
    await until('it is delivered', async () => (await read(MessageID)).Status === 'Sent');
  }

  const client = accountClient();
  const request = { RequestedBy: requester, RequestedFor: person, NotifyWhenCompleted: true };
  const made = await client.requestDataRemoval(request);
  assert.equal(made.Status, 'Pending');
  assert.equal((await client.getDataRemovalStatus(made.ID)).ID, made.ID);
  await until('the erasure is done', async () => (await client.getDataRemovalStatus(made.ID)).Status === 'Done', {
    secondsMax: doneSecondsMax,
  });

  const received = () => world.sink.messages.filter(mail => mail.recipients.includes(requester));
  const told = await until('the mail about it arrives', () => received()[0]);
  const mail = await PostalMime.parse(told.raw);
  assert.deepEqual(
    [mail.subject, mail.from?.address],
    [`Data removal ${made.ID} is done`, 'no-reply@post.pennyblack.test'],
  );
  assert.ok(!told.raw.toString().includes(person), 'it does not say whose data it was');

  for (const { MessageID } of [theirs, shared]) {
    assert.ok(!JSON.stringify(await read(MessageID)).includes(person));
    assert.ok(!(await live.getOutboundMessageDump(MessageID)).Body.includes(person));
  }
  assert.equal((await read(theirs.MessageID)).MessageEvents.length, 1, 'that it was delivered is still known');
  assert.ok((await read(shared.MessageID)).TextBody?.startsWith('Hello'));
  assert.ok((await read(others.MessageID)).TextBody?.includes(`ana@${inboxDomain}`));
  assert.equal((await live.getOutboundMessages({ count: 10, offset: 0, recipient: person })).TotalCount, 0);
  assert.equal((await live.getOutboundMessages({ count: 10, offset: 0 })).TotalCount, 3);
  assert.equal(received().length, 1);
});

test('every refusal of the API is the client’s own error, with its code', async () => {
  const client = accountClient();
  const empty = client.requestDataRemoval({} as never);
  await assert.rejects(empty, (error: Errors.ApiInputError) => error.code === 1300 && error.statusCode === 422);
  await assert.rejects(client.getDataRemovalStatus(1), (error: Errors.ApiInputError) => error.code === 1301);
  for (const token of [serverToken, '00000000-0000-4000-8000-000000000009']) {
    await assert.rejects(accountClient(token).getDataRemovalStatus(1001), Errors.InvalidAPIKeyError);
  }
});
