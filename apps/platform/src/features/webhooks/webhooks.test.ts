import assert from 'node:assert/strict';
import test from 'node:test';
import { addServer, readEvents, testKeyRing, testWorld } from '../../testing/test-world.ts';
import { noServerHooks, type ServerHooks } from '../servers/server-hooks.ts';
import { setServerHooks } from '../servers/set-server-hooks.ts';
import { archiveStream } from '../streams/archive-stream.ts';
import { changeWebhookState } from './change-webhook-state.ts';
import { createWebhook, type NewWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { findListening } from './find-listening.ts';
import { findWebhook, listWebhooks } from './find-webhooks.ts';
import { loadWebhooks } from './load-targets.ts';
import { createServerHooksSync } from './sync-server-hooks.ts';
import { sampleSigningKey, sampleWebhook } from './testing/sample-webhooks.ts';

const { database: db, accountId, recordEvents } = await testWorld();
const newServer = async () => (await addServer(db.accept, accountId, 'Live')).serverId;
const now = new Date();

function create(serverId: number, changes: Partial<NewWebhook> = {}) {
  return db.accept.transaction(tx => createWebhook(tx, testKeyRing, sampleWebhook(serverId, changes), now));
}

const listening = (serverIds: number[]) => db.accept.transaction(tx => findListening(tx, serverIds));

const syncHooks = createServerHooksSync(testKeyRing, sampleSigningKey);
const setHooks = (serverId: number, change: Partial<ServerHooks>, at = now) =>
  db.accept.transaction(tx => setServerHooks(tx, testKeyRing, syncHooks, serverId, change, at));

test('a webhook is read back as it was made, and its secrets are not readable in the database', async () => {
  const serverId = await newServer();
  const made = await create(serverId, {
    target: {
      url: 'https://pm:word@hooks.shop.test/?password=hush',
      httpAuth: { username: 'pm', password: 'hush' },
      httpHeaders: [{ name: 'X-Env', value: 'hush' }],
    },
    triggers: ['Open', 'Bounce'],
    postsFirstOpenOnly: true,
    includesBounceContent: true,
    retrySchedule: 'long',
    connectionsMax: 3,
  });
  assert.ok(made.webhookId > 100_000);
  assert.deepEqual(await findWebhook(db.reads, testKeyRing, serverId, made.webhookId), made);
  assert.deepEqual(await loadWebhooks(db.reads, testKeyRing, [{ serverId, webhookId: made.webhookId }]), [made]);
  const rows = await db.reads.query<{ text: string }>`
    select encode(target_encrypted || signing_keys_encrypted, 'escape') as text from webhooks where server_id = ${serverId}`;
  assert.doesNotMatch(rows[0]?.text ?? '', /hush|hooks|whsec/);
});

test('the eleventh webhook of a stream is refused, also when two ask for the tenth place at once', async () => {
  const serverId = await newServer();
  for (let made = 0; made < 9; made += 1) await create(serverId);
  await create(serverId, { streamId: 'broadcast' });
  await setHooks(serverId, { bounceHookUrl: 'https://hooks.shop.test/' });
  const results = await Promise.allSettled([create(serverId), create(serverId), create(serverId)]);
  const refused = results.filter(result => result.status === 'rejected');
  assert.deepEqual(
    refused.map(({ reason }) => reason.refusal),
    ['webhook_limit_reached', 'webhook_limit_reached'],
  );
  assert.equal((await listWebhooks(db.reads, testKeyRing, serverId, 'outbound')).length, 10);
});

test('an unknown, an inbound and an archived stream take no webhook', async () => {
  const serverId = await newServer();
  await db.accept.transaction(tx => archiveStream(tx, serverId, 'broadcast', now));
  for (const [streamId, refusal] of [
    ['nothing', 'stream_not_found'],
    ['inbound', 'webhook_stream_inbound'],
    ['broadcast', 'webhook_stream_archived'],
  ] as const)
    await assert.rejects(create(serverId, { streamId }), { refusal });
});

test('who listens: the verified ones of the servers asked for, with what they want to hear', async () => {
  const [one, two, three] = [await newServer(), await newServer(), await newServer()];
  const first = await create(one, { triggers: ['Open'], postsFirstOpenOnly: true });
  await create(one, { isVerified: false });
  const paused = await create(two, { state: 'paused', streamId: 'broadcast', includesComplaintContent: true });
  await create(three);
  await setHooks(two, { enableSmtpApiErrorHooks: true });
  const plain = { postsFirstOpenOnly: false, includesBounceContent: false, includesComplaintContent: false };
  assert.deepEqual(await listening([two, one]), [
    {
      ...plain,
      serverId: one,
      webhookId: first.webhookId,
      streamId: 'outbound',
      triggers: ['Open'],
      postsFirstOpenOnly: true,
      postsSmtpApiErrors: false,
    },
    {
      ...plain,
      serverId: two,
      webhookId: paused.webhookId,
      streamId: 'broadcast',
      triggers: ['Delivery'],
      includesComplaintContent: true,
      postsSmtpApiErrors: true,
    },
  ]);
  assert.deepEqual(await listening([]), []);
});

test("a server's own hook URLs are hidden webhooks that keep id and keys while only the URL changes", async () => {
  const serverId = await newServer();
  await setHooks(serverId, {
    bounceHookUrl: 'https://pm:word@hooks.shop.test/bounce',
    openHookUrl: 'https://hooks.shop.test/open',
    deliveryHookUrl: 'https://hooks.shop.test/delivery',
    clickHookUrl: 'https://hooks.shop.test/click',
    inboundHookUrl: 'https://hooks.shop.test/inbound',
  });
  const all = () => listWebhooks(db.reads, testKeyRing, serverId, undefined, { includesServerHooks: true });
  const before = await all();
  assert.deepEqual(
    before.map(hook => [hook.serverHook, hook.streamId, hook.triggers, hook.target.url]),
    [
      ['bounce', 'outbound', ['Bounce', 'SpamComplaint'], 'https://pm:word@hooks.shop.test/bounce'],
      ['open', 'outbound', ['Open'], 'https://hooks.shop.test/open'],
      ['delivery', 'outbound', ['Delivery'], 'https://hooks.shop.test/delivery'],
      ['click', 'outbound', ['Click'], 'https://hooks.shop.test/click'],
      ['inbound', 'inbound', ['Inbound'], 'https://hooks.shop.test/inbound'],
    ],
  );
  assert.deepEqual(await listWebhooks(db.reads, testKeyRing, serverId, undefined), []);
  assert.equal((await listening([serverId])).length, 5);

  const later = new Date(now.getTime() + 60_000);
  const [bounce] = before;
  await db.accept.transaction(tx =>
    changeWebhookState(tx, recordEvents, serverId, bounce?.webhookId ?? 0, 'paused', {}, now),
  );
  await setHooks(
    serverId,
    {
      bounceHookUrl: 'https://other.shop.test/',
      openHookUrl: '',
      clickHookUrl: '',
      includeBounceContentInHook: true,
      postFirstOpenOnly: true,
    },
    later,
  );
  const after = await all();
  assert.deepEqual(
    after.map(hook => hook.serverHook),
    ['bounce', 'delivery', 'inbound'],
  );
  const { target, includesBounceContent, includesComplaintContent, state, ...rest } = after[0] ?? assert.fail();
  assert.deepEqual(
    [target.url, includesBounceContent, includesComplaintContent, state],
    ['https://other.shop.test/', true, true, 'paused'],
  );
  assert.deepEqual([rest.webhookId, rest.signingKeys], [bounce?.webhookId, bounce?.signingKeys]);

  await setHooks(serverId, { openHookUrl: 'https://hooks.shop.test/open' });
  const open = (await all()).find(hook => hook.serverHook === 'open');
  assert.equal(open?.postsFirstOpenOnly, true);
  assert.notEqual(open?.webhookId, before[1]?.webhookId);
  await setHooks(serverId, { ...noServerHooks });
  assert.deepEqual(await all(), []);
});

test('a refused change of hook URLs leaves the hidden webhooks as they were', async () => {
  const serverId = await newServer();
  await setHooks(serverId, { bounceHookUrl: 'https://hooks.shop.test/' });
  const change = { bounceHookUrl: 'https://other.shop.test/', openHookUrl: 'ftp://hooks.shop.test/' };
  await assert.rejects(setHooks(serverId, change), { refusal: 'hook_url_invalid' });
  const [hook, ...others] = await listWebhooks(db.reads, testKeyRing, serverId, undefined, {
    includesServerHooks: true,
  });
  assert.deepEqual([hook?.target.url, others], ['https://hooks.shop.test/', []]);
});

test('a pause and its end are told once, and who paused; a failure does not overrule the customer', async () => {
  const serverId = await newServer();
  const { webhookId } = await create(serverId);
  const change = (state: 'active' | 'paused' | 'failing', details = {}) =>
    db.accept.transaction(tx => changeWebhookState(tx, recordEvents, serverId, webhookId, state, details, now));
  assert.equal(await change('active'), false);
  assert.equal(await change('failing', { failures: 12 }), true);
  assert.equal(await change('failing'), false);
  assert.equal(await change('paused'), true);
  assert.equal(await change('failing'), false);
  assert.equal(await change('active'), true);
  assert.deepEqual(
    (await readEvents(db.reads, serverId)).map(event => [event.kind, event.details]),
    [
      ['webhook_paused', { failures: 12, webhookId, by: 'failure' }],
      ['webhook_paused', { webhookId, by: 'customer' }],
      ['webhook_resumed', { webhookId }],
    ],
  );
  const other = await newServer();
  const elsewhere = db.accept.transaction(tx =>
    changeWebhookState(tx, recordEvents, other, webhookId, 'paused', {}, now),
  );
  assert.equal(await elsewhere, false);
});

test('a webhook is removed once, and by its own server only', async () => {
  const [serverId, other] = [await newServer(), await newServer()];
  const { webhookId } = await create(serverId);
  const remove = (from: number) => db.accept.transaction(tx => deleteWebhook(tx, from, webhookId));
  await assert.rejects(remove(other), { refusal: 'webhook_not_found' });
  await remove(serverId);
  await assert.rejects(remove(serverId), { refusal: 'webhook_not_found' });
  assert.deepEqual(await loadWebhooks(db.reads, testKeyRing, [{ serverId, webhookId }]), []);
});
