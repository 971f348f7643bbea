// Verifying, testing and signing keys, over real HTTP, with receivers that answer as each test wants.

import assert from 'node:assert/strict';
import test from 'node:test';
import { testKeyRing } from '../../../testing/test-world.ts';
import { setServerHooks } from '../../servers/set-server-hooks.ts';
import { changeWebhookState } from '../change-webhook-state.ts';
import { createServerHooksSync } from '../sync-server-hooks.ts';
import { sampleSigningKey } from '../testing/sample-webhooks.ts';
import { answering, type Json, type Receiver, startWebhookApi } from '../testing/webhook-api.ts';

const { world, db, calls, receiver, request, newServer } = await startWebhookApi();
const { serverId } = world.server;
const Url = 'https://hooks.shop.test/mail-events';
const enabled = (...names: string[]) => Object.fromEntries(names.map(name => [name, { Enabled: true }]));

/** Creates without a call. */
async function create(body: object): Promise<Json> {
  const { status, json } = await request('POST', '/webhooks', { Url, ...body });
  assert.equal(status, 200, JSON.stringify(json));
  calls.length = 0;
  return json;
}

async function statusOf(id: number): Promise<unknown> {
  return (await request('GET', `/webhooks/${id}`)).json.Status;
}

const typesCalled = () => calls.map(call => (JSON.parse(call.body) as { RecordType: string }).RecordType).sort();

/** 404 to bounces, 200 to all else. */
const refusingBounces: Receiver = call => answering(call.body.includes('"RecordType":"Bounce"') ? 404 : 200)(call);

test('nobody is called unless it is asked for', async () => {
  receiver.answer = answering(500);
  const { ID } = await create({ Triggers: enabled('Delivery') });
  await request('PUT', `/webhooks/${ID}`, { Url: 'https://other.shop.test/', Triggers: enabled('Open') });
  assert.deepEqual([calls.length, await statusOf(ID)], [0, 'verified']);
});

test('Verify in the body or in the query calls once for each enabled trigger before anything is saved', async () => {
  receiver.answer = answering(200);
  for (const [query, Verify] of [
    ['', true],
    ['?verify=true', undefined],
    ['?Verify=false', true],
  ] as const) {
    calls.length = 0;
    const Triggers = enabled('Delivery', 'Bounce');
    const { status, json } = await request('POST', `/webhooks${query}`, { Url, Verify, Triggers });
    assert.deepEqual([status, json.Status, typesCalled()], [200, 'verified', ['Bounce', 'Delivery']]);
    assert.ok(
      calls.every(call => call.url === Url && Object.keys(call.headers).some(name => /webhook-id/i.test(name))),
    );
    await request('DELETE', `/webhooks/${json.ID}`);
  }
});

test('a URL that does not answer each trigger with 200 is refused with the report, and nothing is saved', async () => {
  const { token } = await newServer();
  receiver.answer = refusingBounces;
  const body = { Url, Verify: true, Triggers: enabled('Delivery', 'Bounce') };
  const { status, json, errorCodeHeader } = await request('POST', '/webhooks', body, token);
  assert.deepEqual([status, errorCodeHeader], [422, '1364']);
  assert.deepEqual(json as object, {
    ErrorCode: 1364,
    Message: '1/2 triggers verified successfully',
    Id: 0,
    Url,
    Success: false,
    Results: [
      { TriggerType: 'Delivery', Success: true, StatusCode: 200, Message: 'OK' },
      { TriggerType: 'Bounce', Success: false, StatusCode: 404, Message: 'Not Found' },
    ],
  });
  assert.deepEqual((await request('GET', '/webhooks', undefined, token)).json.Webhooks, []);
});

test('another 2xx than 200 does not verify, nor does no answer', async () => {
  receiver.answer = answering(204);
  const body = { Url, Verify: true, Triggers: enabled('Delivery') };
  const noContent = (await request('POST', '/webhooks', body)).json;
  assert.deepEqual(noContent.Results, [
    { TriggerType: 'Delivery', Success: false, StatusCode: 204, Message: 'No Content' },
  ]);
  receiver.answer = () => ({ kind: 'failed', failure: 'dns', text: 'the name leads nowhere', milliseconds: 1 });
  const nobody = (await request('POST', '/webhooks', body)).json;
  assert.deepEqual(nobody.Results, [
    { TriggerType: 'Delivery', Success: false, StatusCode: 0, Message: 'the name leads nowhere' },
  ]);
});

test('nobody is called for a webhook that could not be saved anyway', async () => {
  calls.length = 0;
  const body = { Url, Verify: true, Triggers: enabled('Delivery') };
  for (const MessageStream of ['nothing', 'inbound'])
    assert.equal((await request('POST', '/webhooks', { ...body, MessageStream })).status, 422);
  assert.equal(calls.length, 0);
});

test('what was taken while the URL was called cannot make an eleventh webhook', async () => {
  const { token } = await newServer();
  for (let made = 0; made < 9; made += 1) await request('POST', '/webhooks', { Url }, token);
  receiver.answer = async call => {
    await request('POST', '/webhooks', { Url }, token);
    return answering(200)(call);
  };
  const body = { Url, Verify: true, Triggers: enabled('Delivery') };
  const { json } = await request('POST', '/webhooks', body, token);
  assert.equal(json.ErrorCode, 1359);
});

test('Verify: false saves an unverified webhook, which hears nothing until it is verified', async () => {
  receiver.answer = answering(500);
  const { ID, Status } = await create({ Verify: false, Triggers: enabled('Delivery') });
  assert.equal(Status, 'unverified');
  const failed = await request('POST', `/webhooks/${ID}/verify`);
  assert.deepEqual([failed.status, failed.json.Success, await statusOf(ID)], [200, false, 'unverified']);
  receiver.answer = answering(200);
  const passed = await request('POST', `/webhooks/${ID}/verify`);
  assert.deepEqual(passed.json as object, {
    Id: ID,
    Url,
    Success: true,
    Results: [{ TriggerType: 'Delivery', Success: true, StatusCode: 200, Message: 'OK' }],
    Message: '1/1 triggers verified successfully',
  });
  assert.equal(await statusOf(ID), 'verified');
  receiver.answer = answering(500);
  await request('POST', `/webhooks/${ID}/verify`);
  assert.equal(await statusOf(ID), 'unverified');
});

test('an edit with Verify calls for what is new: all for a new URL, only the added triggers otherwise', async () => {
  receiver.answer = answering(200);
  const { ID } = await create({ Triggers: enabled('Delivery') });
  const edit = async (body: object) => {
    calls.length = 0;
    return request('PUT', `/webhooks/${ID}`, { Verify: true, ...body });
  };
  await edit({ HttpHeaders: [{ Name: 'X-Env', Value: 'x' }] });
  assert.deepEqual(typesCalled(), []);
  await edit({ Triggers: enabled('Open', 'Delivery') });
  assert.deepEqual(typesCalled(), ['Open']);
  await edit({ Url: 'https://other.shop.test/' });
  assert.deepEqual(typesCalled(), ['Delivery', 'Open']);

  receiver.answer = refusingBounces;
  const before = (await request('GET', `/webhooks/${ID}`)).json;
  const refused = await edit({ Url, Triggers: enabled('Bounce') });
  assert.deepEqual([refused.status, refused.json.ErrorCode, refused.json.Id], [422, 1364, ID]);
  assert.deepEqual((await request('GET', `/webhooks/${ID}`)).json, before);

  await edit({ Verify: false, HttpHeaders: [] });
  assert.equal(await statusOf(ID), 'verified');
  await edit({ Verify: false, Triggers: enabled('Bounce') });
  assert.equal(await statusOf(ID), 'unverified');
  await edit({ Verify: undefined, Url });
  assert.equal(await statusOf(ID), 'unverified');
  receiver.answer = answering(200);
  await edit({});
  assert.deepEqual(typesCalled(), ['Bounce', 'Delivery', 'Open']);
  assert.equal(await statusOf(ID), 'verified');
});

test('a webhook that was changed while it was verified is not saved as verified', async () => {
  const { ID } = await create({ Triggers: enabled('Delivery') });
  const third = 'https://third.shop.test/';
  receiver.answer = async call => {
    receiver.answer = answering(200);
    await request('PUT', `/webhooks/${ID}`, { HttpHeaders: [{ Name: 'X-Env', Value: 'other' }], Verify: false });
    return answering(200)(call);
  };
  const edited = await request('PUT', `/webhooks/${ID}`, { Url: third, Verify: true });
  assert.deepEqual([edited.status, edited.json.ErrorCode], [422, 1364]);
  assert.equal((await request('GET', `/webhooks/${ID}`)).json.Url, Url);

  receiver.answer = async call => {
    await request('PUT', `/webhooks/${ID}`, { Url: third, Verify: false });
    return answering(200)(call);
  };
  await request('POST', `/webhooks/${ID}/verify`);
  assert.equal(await statusOf(ID), 'unverified');
});

test('a failing webhook goes on once it is verified; a paused one stays paused', async () => {
  receiver.answer = answering(200);
  const { ID } = await create({ Triggers: enabled('Delivery') });
  const change = (state: 'failing' | 'paused') =>
    db.accept.transaction(tx => changeWebhookState(tx, world.recordEvents, serverId, ID, state, {}, new Date()));
  const verifiedState = async () => {
    await request('POST', `/webhooks/${ID}/verify`);
    return (await request('GET', `/webhooks/${ID}`)).json.State;
  };
  await change('failing');
  assert.equal((await request('PUT', `/webhooks/${ID}`, { State: 'failing' })).json.State, 'failing');
  assert.equal(await verifiedState(), 'active');
  await change('paused');
  assert.equal(await verifiedState(), 'paused');
});

test('a test sends samples of everything, or of one, and shows what came back; nothing changes', async () => {
  receiver.answer = call => answering(call.body.includes('"Open"') ? 500 : 202, 'thank you')(call);
  const before = await create({ Triggers: enabled('Delivery') });
  const { json } = await request('POST', `/webhooks/${before.ID}/test`);
  const results = json.Results as (Json & { Payload: string })[];
  assert.deepEqual(
    results.map(({ Payload, ...result }) => ({ ...result, RecordType: JSON.parse(Payload).RecordType })),
    ['Open', 'Click', 'Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange', 'SMTPApiError'].map(name => ({
      TriggerType: name,
      Success: name !== 'Open',
      StatusCode: name === 'Open' ? 500 : 202,
      Message: name === 'Open' ? 'Internal Server Error' : 'Accepted',
      Answer: 'thank you',
      Milliseconds: 3,
      RecordType: name === 'SMTPApiError' ? 'Bounce' : name,
    })),
  );
  assert.deepEqual(calls.map(call => call.body).sort(), results.map(result => result.Payload).sort());
  calls.length = 0;
  const one = (await request('POST', `/webhooks/${before.ID}/test`, { trigger: 'bounce' })).json;
  assert.deepEqual([one.Id, (one.Results as unknown[]).length, typesCalled()], [before.ID, 1, ['Bounce']]);
  for (const Trigger of ['nothing', 'Inbound', '']) {
    const refused = await request('POST', `/webhooks/${before.ID}/test`, { Trigger });
    assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 1361]);
  }
  assert.deepEqual((await request('GET', `/webhooks/${before.ID}`)).json, before);
});

test('signing keys are shown, and rotated with the old one beside the new for as long as asked', async () => {
  const { ID } = await create({});
  type Secret = { Id: string; Type: string; Key: string; CreatedAt: string; ExpiresAt: string | null };
  const read = async () => (await request('GET', `/webhooks/${ID}/secrets`)).json.Secrets as Secret[];
  const rotate = async (body?: object) => {
    const { status, json } = await request('POST', `/webhooks/${ID}/secrets/rotate`, body);
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(json.Secrets, await read());
    return json.Secrets as Secret[];
  };
  const newest = (keys: Secret[]) => keys.find(key => key.ExpiresAt === null) ?? assert.fail();
  const [first, ...none] = await read();
  assert.deepEqual([first?.Type, first?.ExpiresAt, none], ['hmac', null, []]);
  assert.match(first?.Key ?? '', /^whsec_/);

  const hour = 3_600_000;
  const began = Date.now();
  const two = await rotate();
  assert.equal(two.length, 2);
  const old = two.find(key => key.Id === first?.Id) ?? assert.fail();
  const overlap = new Date(old.ExpiresAt ?? 0).getTime();
  assert.ok(overlap >= began + 24 * hour && overlap <= Date.now() + 24 * hour);
  assert.equal(old.Key, first?.Key);

  const now = await rotate({ Type: 'Ed25519', OverlapHours: 0 });
  assert.deepEqual([newest(now).Type, now.some(key => key.Id === newest(two).Id)], ['ed25519', false]);
  assert.doesNotMatch(newest(now).Key, /PRIVATE/);
  assert.equal((await request('GET', `/webhooks/${ID}`)).json.SignatureType, 'ed25519');
  assert.equal(newest(await rotate({ OverlapHours: 1 })).Type, 'ed25519');

  for (const body of [{ OverlapHours: -1 }, { OverlapHours: 721 }, { Type: 'rsa' }]) {
    const refused = await request('POST', `/webhooks/${ID}/secrets/rotate`, body);
    assert.deepEqual([refused.status, refused.json.ErrorCode], [422, 1361]);
  }
});

test("the server's own hooks can be verified, tested and rotated, and never become unverified", async () => {
  const { token, serverId: id } = await newServer();
  const sync = createServerHooksSync(testKeyRing, sampleSigningKey);
  await db.accept.transaction(tx => setServerHooks(tx, testKeyRing, sync, id, { inboundHookUrl: Url }, new Date()));
  const list = await request('GET', '/webhooks?includeserverhooks=true', undefined, token);
  const [hook] = list.json.Webhooks as Json[];
  const path = `/webhooks/${hook?.ID}`;
  receiver.answer = answering(500);
  const verified = await request('POST', `${path}/verify`, undefined, token);
  assert.deepEqual([verified.status, verified.json.Success], [200, false]);
  assert.equal((await request('GET', path, undefined, token)).json.Status, 'verified');
  const tested = await request('POST', `${path}/test`, {}, token);
  assert.deepEqual(
    (tested.json.Results as Json[]).map(result => result.TriggerType),
    ['Inbound'],
  );
  const rotated = await request('POST', `${path}/secrets/rotate`, {}, token);
  assert.equal((rotated.json.Secrets as unknown[]).length, 2);
});
