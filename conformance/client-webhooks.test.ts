// The unmodified official Node client keeps webhooks, as its own live tests do, and the calls that verify them reach a
// real receiver.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Errors, Models } from 'postmark';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { serverToken } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { runPlatform } from './running-platform.ts';

const receiver = await startWebhookReceiver();
after(() => receiver.close());
const { live, sandbox, world } = await runPlatform({}, { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
const unreachable = 'https://example.com/postmark-js-ci/webhook';

/** Our own extensions, which the client does not know, asked for as any HTTP client would. */
async function call(method: string, path: string, body?: object): Promise<{ status: number; json: never }> {
  const headers = { 'X-Postmark-Server-Token': serverToken, 'Content-Type': 'application/json' };
  const answer = await fetch(`${world.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as never };
}

test('createWebhook, getWebhook, editWebhook, getWebhooks and deleteWebhook do what their types say', async () => {
  const triggers: Models.WebhookRequestTriggers = {
    Open: { Enabled: true },
    Bounce: { Enabled: true, IncludeContent: true },
  };
  const auth = { Username: 'pm', Password: 'word' };
  const request = new Models.CreateWebhookRequest(
    unreachable,
    triggers,
    auth,
    [{ Name: 'X-Env', Value: 'ci' }],
    'outbound',
  );
  const created = await live.createWebhook(request);
  assert.deepEqual(
    [created.Url, created.MessageStream, created.HttpAuth, created.HttpHeaders],
    [unreachable, 'outbound', auth, [{ Name: 'X-Env', Value: 'ci' }]],
  );
  assert.deepEqual(created.Triggers, {
    Open: { Enabled: true, PostFirstOpenOnly: false },
    Click: { Enabled: false },
    Delivery: { Enabled: false },
    Bounce: { Enabled: true, IncludeContent: true },
    SpamComplaint: { Enabled: false, IncludeContent: false },
    SubscriptionChange: { Enabled: false },
  });

  const change = new Models.UpdateWebhookRequest(undefined, {
    SpamComplaint: { Enabled: true },
    Open: { Enabled: false },
  });
  const edited = await live.editWebhook(created.ID, change);
  assert.deepEqual(edited, {
    ...created,
    Triggers: {
      ...created.Triggers,
      Open: { Enabled: false, PostFirstOpenOnly: false },
      SpamComplaint: { Enabled: true, IncludeContent: false },
    },
  });
  assert.deepEqual(await live.getWebhook(created.ID), edited);

  const broadcast = await live.createWebhook({ Url: unreachable, MessageStream: 'broadcast' });
  const ids = async (filter?: Models.WebhookFilteringParameters) =>
    (await live.getWebhooks(filter)).Webhooks.map(webhook => webhook.ID);
  assert.deepEqual(await ids(), [created.ID, broadcast.ID]);
  assert.deepEqual(await ids({ messageStream: 'broadcast' }), [broadcast.ID]);
  assert.deepEqual((await sandbox.getWebhooks()).Webhooks, []);

  for (const { ID } of [created, broadcast])
    assert.deepEqual(await live.deleteWebhook(ID), { ErrorCode: 0, Message: `Webhook ${ID} removed.` });
  assert.deepEqual(await ids(), []);
});

test('refusals arrive as the error classes of the client', async () => {
  const isRefusal = (code: number) => (error: unknown) => {
    assert.ok(error instanceof Errors.ApiInputError);
    assert.deepEqual([error.code, error.statusCode], [code, 422]);
    return true;
  };
  await assert.rejects(live.getWebhook(1), isRefusal(1352));
  await assert.rejects(live.getWebhook(1), /not found/);
  await assert.rejects(live.createWebhook({ MessageStream: 'outbound' }), isRefusal(1354));
  await assert.rejects(live.createWebhook({ Url: unreachable, MessageStream: 'inbound' }), isRefusal(1351));
  await assert.rejects(live.getWebhooks({ messageStream: 'nothing' }), isRefusal(1226));
});

test('a webhook of the client is verified by signed samples that carry its credentials and headers', async () => {
  const created = await live.createWebhook({
    Url: `${receiver.url}/hook?password=word`,
    HttpAuth: { Username: 'pm', Password: 'word' },
    HttpHeaders: [{ Name: 'X-Env', Value: 'ci' }],
    Triggers: { Delivery: { Enabled: true }, Bounce: { Enabled: true } },
  });
  const { json: secrets }: { json: { Secrets: { Key: string }[] } } = await call(
    'GET',
    `/webhooks/${created.ID}/secrets`,
  );
  const verified = await call('POST', `/webhooks/${created.ID}/verify`);
  assert.deepEqual([verified.status, (verified.json as { Success: boolean }).Success], [200, true]);
  assert.equal(receiver.requests.length, 2);
  for (const request of receiver.requests) {
    assert.equal(request.path, '/hook?password=word');
    assert.equal(request.headers.authorization, `Basic ${Buffer.from('pm:word').toString('base64')}`);
    assert.deepEqual([request.headers['x-env'], request.headers['user-agent']], ['ci', 'Postmark']);
    const payload = new StandardWebhook(secrets.Secrets[0]?.Key ?? '').verify(request.body, request.headers);
    assert.match((payload as { RecordType: string }).RecordType, /^(Delivery|Bounce)$/);
  }

  receiver.setScript(() => ({ status: 404 }));
  const refused = await call('PUT', `/webhooks/${created.ID}`, { Url: `${receiver.url}/other`, Verify: true });
  assert.deepEqual([refused.status, (refused.json as { ErrorCode: number }).ErrorCode], [422, 1364]);
  assert.equal((await live.getWebhook(created.ID)).Url, `${receiver.url}/hook?password=word`);
});
