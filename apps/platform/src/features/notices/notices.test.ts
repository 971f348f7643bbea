// The installation's own mail: queued with the wish, handed to sending, repeated until it is on disk, and nobody else's to see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import {
  createFakeIntake,
  createTestAcceptor,
  makeTestId,
  testDomainDeps,
  testKeyRing,
  testWorld,
} from '../../testing/test-world.ts';
import { checkSecret } from '../accounts/check-secret.ts';
import { readAccountTokens } from '../accounts/read-accounts.ts';
import { createEventRecorder } from '../events/record-events.ts';
import { confirmationKeyPurpose } from '../senders/confirmation-link.ts';
import { createSender } from '../senders/create-sender.ts';
import { deleteSender } from '../senders/delete-sender.ts';
import { resendConfirmation } from '../senders/resend-confirmation.ts';
import { readServersWithTokens } from '../servers/read-servers.ts';
import { createConfirmationComposer } from './compose-confirmation.ts';
import { composeConfirmationMail } from './confirmation-mail.ts';
import { ensureNoticeServer } from './ensure-notice-server.ts';
import { queueNotices } from './queue-notices.ts';
import { deleteOldNotices, type NoticeDeps, sendDueNotices } from './send-notices.ts';

const world = await testWorld();
const { database: db, accountId } = world;
const clock = createSetClock(new Date());
const domains = testDomainDeps(world, { recordEvents: createEventRecorder(makeTestId, [queueNotices]) });
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
  },
  mailHostname: 'mail.shop.test',
  now: () => clock.now(),
  onRefused: (_notice, refusal) => refusals.push(refusal),
};

const want = (email: string) => createSender(domains, accountId, { fromEmail: email, name: 'Desk' }, clock.now());
const takenFor = (email: string) => intake.taken.filter(taken => taken.addresses.includes(email)).length;

async function noticesAbout(senderId: number) {
  return db.reads.query<{ outcome: string | null; attempts: number; messageId: string | null; error: string | null }>`
    select outcome, attempts, message_id as "messageId", last_error as error from notices
    where about = ${`sender ${senderId}`} order by notice_id`;
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
