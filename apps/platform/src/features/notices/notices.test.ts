// The installation's own mail: queued with the wish, handed to sending, repeated until it is on disk, and nobody else's to see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { createDataRemovalJob } from '../../build-data-removals.ts';
import {
  addServer,
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  testDomainDeps,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { checkSecret } from '../accounts/check-secret.ts';
import { createAccount } from '../accounts/create-account.ts';
import { createUser } from '../accounts/create-user.ts';
import { readAccountTokens } from '../accounts/read-accounts.ts';
import type { UserRole } from '../accounts/user.ts';
import { requestRemoval } from '../data-removals/request-removal.ts';
import { createEventRecorder } from '../events/record-events.ts';
import { confirmationKeyPurpose } from '../senders/confirmation-link.ts';
import { createSender } from '../senders/create-sender.ts';
import { deleteSender } from '../senders/delete-sender.ts';
import { resendConfirmation } from '../senders/resend-confirmation.ts';
import { deleteServer } from '../servers/delete-server.ts';
import { readServersWithTokens } from '../servers/read-servers.ts';
import { changeWebhookState } from '../webhooks/change-webhook-state.ts';
import { createWebhook } from '../webhooks/create-webhook.ts';
import { sampleWebhook } from '../webhooks/testing/sample-webhooks.ts';
import { createConfirmationComposer } from './compose-confirmation.ts';
import { createRemovalDoneComposer } from './compose-removal-done.ts';
import { createWebhookFailingComposer } from './compose-webhook-failing.ts';
import { composeConfirmationMail } from './confirmation-mail.ts';
import { ensureNoticeServer } from './ensure-notice-server.ts';
import type { ComposeNotice } from './notice.ts';
import { queueNotices } from './queue-notices.ts';
import { deleteOldNotices, type NoticeDeps, sendDueNotices } from './send-notices.ts';
import { composeFailingMail } from './webhook-failing-mail.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const clock = createSetClock(new Date());
const recordEvents = createEventRecorder(makeTestId, [queueNotices]);
const domains = testDomainDeps(world, { recordEvents });
await checkSecret(db.accept, testKeyRing, clock.now());
await Promise.all([1, 2].map(() => ensureNoticeServer(db.accept, 'mail.shop.test', clock.now())));

const refusals: string[] = [];
const intake = createFakeIntake(1);
const deps: NoticeDeps = {
  db: db.reads,
  acceptMessage: createTestAcceptor(world, intake, {
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: true, allowNonAsciiMailboxes: false },
  }),
  composers: {
    sender_confirmation: createConfirmationComposer({
      db: db.reads,
      key: testKeyRing.deriveKeys(confirmationKeyPurpose)[0],
      linkOf: token => `https://pb.test/confirm-sender/${token}`,
    }),
    data_removal_done: createRemovalDoneComposer(db.reads),
    webhook_failing: createWebhookFailingComposer({
      db: db.reads,
      keyRing: testKeyRing,
      allowNonAsciiMailboxes: false,
    }),
  },
  mailHostname: 'mail.shop.test',
  now: () => clock.now(),
  onRefused: (_notice, refusal) => refusals.push(refusal),
};

const want = (email: string) => createSender(domains, accountId, { fromEmail: email, name: 'Desk' }, clock.now());
const subjectOf = async (messageId: string | null | undefined) =>
  (await db.reads.query<{ subject: string }>`select subject from messages where message_id = ${messageId}`)[0]
    ?.subject ?? '';

/** With a cheap hash: nobody logs in here. */
async function addUser(emailAddress: string, role: UserRole, ofAccount = accountId): Promise<void> {
  const user = { accountId: ofAccount, emailAddress, password: 'correct horse battery', role, serverIds: [] };
  const made = await createUser(db.accept, user, clock.now(), { logN: 4, r: 1, p: 1 });
  assert.equal(made.kind, 'created', JSON.stringify(made));
}

const takenFor = (email: string) => intake.taken.filter(taken => taken.addresses.includes(email)).length;

async function noticesAbout(about: number | string) {
  return db.reads.query<{ outcome: string | null; attempts: number; messageId: string | null; error: string | null }>`
    select outcome, attempts, message_id as "messageId", last_error as error from notices
    where about = ${typeof about === 'number' ? `sender ${about}` : about} order by notice_id`;
}

test('the server of notices is made once, and nobody has a token of it', async () => {
  const rows = await db.reads.query<{ name: string }>`
    select name from servers where server_id in (select server_id from notice_server)`;
  assert.deepEqual(rows, [{ name: 'Notices' }]);
  assert.equal((await readAccountTokens(db.reads, testKeyRing)).length, 1);
  assert.deepEqual(
    (await readServersWithTokens(db.reads, testKeyRing)).map(server => server.serverId),
    [world.server.serverId],
  );
});

test('a wish is one mail, however often it is repeated before the mail goes, and goes once however many processes send', async () => {
  const { signature } = await want('one@shop.test');
  for (let again = 0; again < 3; again += 1)
    await resendConfirmation(domains, accountId, signature.senderId, clock.now());
  await Promise.all([sendDueNotices(deps), sendDueNotices(deps), sendDueNotices(deps)]);
  assert.equal(takenFor('one@shop.test'), 1);
  const [notice, ...others] = await noticesAbout(signature.senderId);
  assert.deepEqual([notice?.outcome, notice?.attempts, others.length], ['accepted', 1, 0]);
  const [message] = await db.reads.query<{ from: string; accountId: number }>`
    select m.from_key as "from", s.account_id as "accountId" from messages m join servers s using (server_id)
    where message_id = ${notice?.messageId}`;
  assert.equal(message?.from, 'no-reply@mail.shop.test');
  assert.notEqual(message?.accountId, accountId);
  // Once it is out, a further wish is a further mail.
  await resendConfirmation(domains, accountId, signature.senderId, clock.now());
  await sendDueNotices(deps);
  assert.equal(takenFor('one@shop.test'), 2);
});

test('a wish that is rolled back is no mail', async () => {
  await assert.rejects(
    db.accept.transaction(async tx => {
      await domains.recordEvents(
        tx,
        [{ kind: 'sender_confirmation_wanted', serverId: 0, details: { senderId: 424_242, accountId } }],
        clock.now(),
      );
      throw new Error('changed my mind');
    }),
  );
  assert.deepEqual(await noticesAbout(424_242), []);
});

test('who was removed or confirmed in the meantime gets no mail', async () => {
  const gone = await want('gone@shop.test');
  const done = await want('done@shop.test');
  await deleteSender(db.accept, accountId, gone.signature.senderId);
  await db.accept.query`update sender_signatures set confirmed_at = now() where sender_id = ${done.signature.senderId}`;
  await sendDueNotices(deps);
  assert.equal(takenFor('gone@shop.test') + takenFor('done@shop.test'), 0);
  for (const { signature } of [gone, done])
    assert.deepEqual((await noticesAbout(signature.senderId))[0]?.outcome, 'not_needed');
});

test('what cannot be accepted is tried again, ever less often, and given up after a week', async () => {
  const { signature } = await want('later@shop.test');
  const broken = { ...deps, mailHostname: 'unconfirmed.test' };
  await sendDueNotices(broken);
  await sendDueNotices(broken);
  assert.equal((await noticesAbout(signature.senderId))[0]?.attempts, 1, 'the next attempt is ten seconds away');
  clock.advance(11_000);
  await sendDueNotices(broken);
  const [waiting] = await noticesAbout(signature.senderId);
  assert.deepEqual([waiting?.attempts, waiting?.outcome], [2, null]);
  assert.equal(waiting?.error, 'sender_not_found');
  assert.deepEqual(refusals, ['sender_not_found', 'sender_not_found']);

  clock.advance(3_600_000);
  await sendDueNotices(deps);
  assert.equal((await noticesAbout(signature.senderId))[0]?.outcome, 'accepted');

  const never = await want('never@shop.test');
  clock.advance(8 * 86_400_000);
  await sendDueNotices(broken);
  assert.equal((await noticesAbout(never.signature.senderId))[0]?.outcome, 'given_up');
});

test('a crash after the claim makes a notice late and does not lose it', async () => {
  const { signature } = await want('crash@shop.test');
  const dying: NoticeDeps = {
    ...deps,
    composers: {
      ...deps.composers,
      sender_confirmation: async () => {
        throw new Error('killed');
      },
    },
  };
  await assert.rejects(sendDueNotices(dying), /killed/);
  clock.advance(3_600_000);
  await sendDueNotices(deps);
  assert.equal((await noticesAbout(signature.senderId))[0]?.outcome, 'accepted');
});

test('a mailbox that bounced is not written to again', async () => {
  const { signature } = await want('bounced@shop.test');
  const [own] = await db.reads.query<{ serverId: number }>`select server_id as "serverId" from notice_server`;
  await db.accept.query`
    insert into suppressions (server_id, stream_id, address_key, email_address, reason, origin, created_at)
    values (${own?.serverId}, 'outbound', 'bounced@shop.test', 'bounced@shop.test', 'HardBounce', 'Recipient', now())`;
  await sendDueNotices(deps);
  assert.deepEqual((await noticesAbout(signature.senderId))[0]?.outcome, 'given_up');
});

test('who asked for a data removal and wants to know is told once, when it is done', async () => {
  const request = { requestedBy: 'asker@shop.test', requestedFor: 'nadia@client.test', notifyWhenCompleted: true };
  const { dataRemovalId } = await db.accept.transaction(tx => requestRemoval(tx, accountId, request, clock.now()));
  const work = createDataRemovalJob(db.results, recordEvents);
  await work(clock.now());
  await sendDueNotices(deps);
  assert.equal(takenFor('asker@shop.test'), 0, 'it is not done yet');
  clock.advance(61_000);
  await work(clock.now());
  await work(clock.now());
  await sendDueNotices(deps);
  await sendDueNotices(deps);
  assert.equal(takenFor('asker@shop.test'), 1);
  const [notice, ...others] = await noticesAbout(`data removal ${dataRemovalId}`);
  assert.deepEqual([notice?.outcome, others.length], ['accepted', 0]);
  assert.match(await subjectOf(notice?.messageId), new RegExp(`^Data removal ${dataRemovalId} is done$`));
});

async function addWebhook(changes: Parameters<typeof sampleWebhook>[1] = {}): Promise<number> {
  const { serverId } = await addServer(db.accept, accountId, 'Live');
  const webhook = sampleWebhook(serverId, changes);
  const { webhookId } = await db.accept.transaction(tx => createWebhook(tx, testKeyRing, webhook, clock.now()));
  servers.set(webhookId, serverId);
  return webhookId;
}

const servers = new Map<number, number>();
const serverOf = (webhookId: number) => servers.get(webhookId) ?? 0;
const aboutWebhook = (webhookId: number) => noticesAbout(`webhook ${webhookId} of server ${serverOf(webhookId)}`);

function change(webhookId: number, state: 'failing' | 'active' | 'paused', details: Record<string, unknown> = {}) {
  return db.results.transaction(tx =>
    changeWebhookState(tx, recordEvents, serverOf(webhookId), webhookId, state, details, clock.now()),
  );
}

test('a webhook that fails is told to the owner and the admins of its account, in one mail a day, and to nobody else', async () => {
  const webhookId = await addWebhook();
  await change(webhookId, 'failing', { status: 503, failure: null });
  await sendDueNotices(deps);
  assert.deepEqual((await aboutWebhook(webhookId))[0]?.outcome, 'not_needed', 'nobody has a login yet');
  await change(webhookId, 'active');

  await addUser('owner@people.test', 'owner');
  await addUser('admin@people.test', 'admin');
  // This installation sends to no such mailbox, which must not keep the mail from the others.
  await addUser('jürgen@people.test', 'admin');
  await addUser('member@people.test', 'member');
  const other = { name: 'Other', givenToken: undefined };
  const theirs = await db.accept.transaction(tx => createAccount(tx, testKeyRing, other, clock.now()));
  await addUser('stranger@people.test', 'owner', theirs.accountId);

  await change(webhookId, 'failing', { status: 503, failure: null });
  await sendDueNotices(deps);
  const told = () => intake.taken.filter(taken => taken.addresses.some(address => address.endsWith('@people.test')));
  assert.deepEqual(
    told().map(taken => taken.addresses),
    [['owner@people.test', 'admin@people.test']],
  );
  const sent = (await aboutWebhook(webhookId)).find(notice => notice.outcome === 'accepted');
  assert.match(await subjectOf(sent?.messageId), new RegExp(`^Webhook ${webhookId} of "Server \\d+" is failing$`));

  for (const hours of [1, 22]) {
    clock.advance(hours * 3_600_000);
    await change(webhookId, 'active');
    await change(webhookId, 'failing', { status: 503, failure: null });
    await sendDueNotices(deps);
    assert.equal(told().length, 1, `${hours} hours later`);
  }
  clock.advance(2 * 3_600_000);
  await change(webhookId, 'active');
  await change(webhookId, 'failing', { status: 503, failure: null });
  await sendDueNotices(deps);
  assert.equal(told().length, 2, 'a day later');
});

test('nothing is said about a webhook that is back, was paused by its customer, or is gone with its server', async () => {
  const [back, byHand, gone] = [await addWebhook(), await addWebhook(), await addWebhook()];
  const before = intake.taken.length;
  await change(byHand, 'paused');
  assert.deepEqual(await aboutWebhook(byHand), []);
  await change(back, 'failing');
  await change(back, 'active');
  await change(gone, 'failing');
  await db.accept.transaction(tx => deleteServer(tx, accountId, serverOf(gone), clock.now()));
  await sendDueNotices(deps);
  for (const webhookId of [back, gone]) assert.equal((await aboutWebhook(webhookId))[0]?.outcome, 'not_needed');
  assert.equal(intake.taken.length, before);
  // What was not said does not count as the mail of the day.
  await change(back, 'failing', { status: null, failure: 'dns' });
  await sendDueNotices(deps);
  assert.equal(intake.taken.length, before + 1);
});

test('the mail about a failing webhook says where, since when and why, and nothing of its URL but the host', async () => {
  const composed: string[] = [];
  const webhookId = await addWebhook({
    target: { url: 'https://user:word@hooks.shop.test:8443/mail?key=secret', httpAuth: null, httpHeaders: [] },
  });
  await change(webhookId, 'failing', { status: null, failure: 'timeout' });
  const compose: ComposeNotice = async notice => {
    const mail = await deps.composers.webhook_failing(notice);
    composed.push(JSON.stringify(mail));
    return mail;
  };
  await sendDueNotices({ ...deps, composers: { ...deps.composers, webhook_failing: compose } });
  const [mail = ''] = composed;
  assert.match(mail, new RegExp(`Webhook ${webhookId} of the server`));
  for (const words of [
    'hooks.shop.test:8443',
    'outbound',
    'no whole answer within two minutes',
    `/webhooks/${webhookId}/resume`,
  ])
    assert.ok(mail.includes(words), words);
  for (const secret of ['user', 'word', '/mail', 'secret', 'whsec']) assert.ok(!mail.includes(secret), secret);
  const named = { ...mailParts, serverName: 'A\r\nBcc: <b>x', status: 500, serverField: 'BounceHookUrl' };
  const { subject, text, html } = composeFailingMail(named);
  assert.equal(subject, 'Webhook 7 of "A Bcc: <b>x" is failing');
  assert.match(text, /its BounceHookUrl.*answered with status 500/s);
  assert.match(html, /&lt;b&gt;x/);
});

const mailParts = {
  to: ['owner@people.test'],
  streamId: 'outbound',
  webhookId: 7,
  host: 'hooks.shop.test',
  since: new Date('2026-11-26T09:30:00Z'),
  failure: null,
};

test('notices go 45 days after their end', async () => {
  const count = async () => (await db.reads.query`select 1 from notices where ended_at is not null`).length;
  assert.ok((await count()) > 0);
  await deleteOldNotices(db.reads, clock.now());
  const kept = await count();
  assert.ok(kept > 0);
  await deleteOldNotices(db.reads, new Date(clock.now().getTime() + 46 * 86_400_000));
  assert.equal(await count(), 0);
});

test('the mail says who asked, shows a note as text only, and holds the link in both parts', () => {
  const mail = composeConfirmationMail({
    emailAddress: 'desk@shop.test',
    name: 'Desk <b>',
    personalNote: 'Hello <img src=x>\nsecond line',
    link: 'https://pb.test/confirm-sender/abc',
    validUntil: new Date('2026-12-03T12:00:00Z'),
  });
  assert.match(mail.text, /> Hello <img src=x>\n> second line/);
  assert.match(mail.text, /^https:\/\/pb\.test\/confirm-sender\/abc$/m);
  assert.match(mail.html, /Hello &lt;img src=x&gt;<br>second line/);
  assert.match(mail.html, /"Desk &lt;b&gt;"|&quot;Desk &lt;b&gt;&quot;/);
  assert.match(mail.html, /href="https:\/\/pb\.test\/confirm-sender\/abc"/);
  assert.match(mail.text, /until 2026-12-03/);
});
