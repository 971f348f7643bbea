import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, readEvents, suppress, testKeyRing, testWorld } from '../../../testing/test-world.ts';
import { createAccount } from '../../accounts/create-account.ts';
import { hashSuppressions } from '../store.ts';

const world = await testWorld();
const { database: db } = world;
const { port, close } = await startMessageApi(world);
after(close);

type Wire = Record<string, unknown>;
const newServer = (accountId = world.accountId) => addServer(db.accept, accountId, 'Live');
const ofOutbound = '/message-streams/outbound/suppressions';
const authority = 'You do not have the required authority to change this suppression.';

async function newAccount(): Promise<{ accountId: number; token: string }> {
  return db.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Another', givenToken: undefined }, new Date()),
  );
}

async function call(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  kind = 'Server',
): Promise<{ status: number; json: Wire }> {
  const headers = { [`X-Postmark-${kind}-Token`]: token };
  const answer = await send(port, { method, path, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, json: answer.json as Wire };
}

const addresses = (...all: string[]) => ({ Suppressions: all.map(EmailAddress => ({ EmailAddress })) });
const codeOf = ({ status, json }: { status: number; json: Wire }) => [status, json.ErrorCode];

async function dump(token: string, query = ''): Promise<string[]> {
  const { status, json } = await call(token, 'GET', `${ofOutbound}/dump${query}`);
  assert.equal(status, 200, JSON.stringify(json));
  return (json.Suppressions as Wire[]).map(row => String(row.EmailAddress)).sort();
}

async function sendTo(token: string, To: string, MessageStream = 'outbound'): Promise<unknown> {
  const mail = { From: 'desk@shop.test', To, Subject: 'Hello', TextBody: 'Hello', MessageStream };
  return (await call(token, 'POST', '/email', mail)).json.ErrorCode;
}

test('what is created is shown, keeps mail back at once, and is told; each item has its result', async () => {
  const { token, serverId } = await newServer();
  await suppress(db.accept, serverId, 'angry@x.test', { reason: 'SpamComplaint' });
  await suppress(db.accept, serverId, 'gone@x.test');
  const items = ['Stop@x.test', 'not-an-address', 'angry@x.test', 'gone@x.test', 'stop@X.test'];
  const { status, json } = await call(token, 'POST', ofOutbound, addresses(...items));
  assert.equal(status, 200);
  assert.deepEqual(json.Suppressions, [
    { EmailAddress: 'Stop@x.test', Status: 'Suppressed', Message: null },
    { EmailAddress: 'not-an-address', Status: 'Failed', Message: 'An invalid email address was provided.' },
    { EmailAddress: 'angry@x.test', Status: 'Failed', Message: authority },
    { EmailAddress: 'gone@x.test', Status: 'Suppressed', Message: null },
    { EmailAddress: 'stop@X.test', Status: 'Suppressed', Message: null },
  ]);
  assert.equal(await sendTo(token, 'STOP@x.test'), 406);
  assert.equal(await sendTo(token, 'stop@x.test', 'broadcast'), 0);
  const told = await readEvents(db.reads, serverId);
  assert.deepEqual(
    told.filter(event => event.kind === 'suppression_created').map(event => [event.recipient, event.details]),
    [['Stop@x.test', { reason: 'ManualSuppression', origin: 'Customer' }]],
  );
  const shown = await call(token, 'GET', `${ofOutbound}/dump?emailaddress=STOP@X.test`);
  const [row, ...more] = shown.json.Suppressions as Wire[];
  assert.deepEqual(more, []);
  assert.deepEqual(Object.keys(row ?? {}), ['EmailAddress', 'SuppressionReason', 'Origin', 'CreatedAt']);
  assert.deepEqual([row?.SuppressionReason, row?.Origin], ['ManualSuppression', 'Customer']);
  assert.match(String(row?.CreatedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00$/);
});

test('who may lift what: the own ones and hard bounces, never what a recipient or an operator decided', async () => {
  const { token, serverId } = await newServer();
  await suppress(db.accept, serverId, 'hard@x.test');
  await suppress(db.accept, serverId, 'angry@x.test', { reason: 'SpamComplaint' });
  await suppress(db.accept, serverId, 'left@x.test', { reason: 'ManualSuppression' });
  await call(token, 'POST', ofOutbound, addresses('own@x.test'));
  const items = ['HARD@x.test', 'angry@x.test', 'left@x.test', 'own@x.test', 'never@x.test', 'nonsense'];
  const { json } = await call(token, 'POST', `${ofOutbound}/delete`, addresses(...items));
  assert.deepEqual(json.Suppressions, [
    { EmailAddress: 'HARD@x.test', Status: 'Deleted', Message: null },
    { EmailAddress: 'angry@x.test', Status: 'Failed', Message: authority },
    { EmailAddress: 'left@x.test', Status: 'Failed', Message: authority },
    { EmailAddress: 'own@x.test', Status: 'Deleted', Message: null },
    { EmailAddress: 'never@x.test', Status: 'Deleted', Message: null },
    { EmailAddress: 'nonsense', Status: 'Failed', Message: 'An invalid email address was provided.' },
  ]);
  assert.deepEqual(await dump(token), ['angry@x.test', 'left@x.test']);
  assert.equal(await sendTo(token, 'own@x.test'), 0);
  const lifted = (await readEvents(db.reads, serverId)).filter(event => event.kind === 'suppression_lifted');
  assert.deepEqual(lifted.map(event => event.recipient).sort(), ['hard@x.test', 'own@x.test']);
});

test('filters combine, in any casing; a filter that is no address finds nothing', async () => {
  const { token, serverId } = await newServer();
  await suppress(db.accept, serverId, 'hard@x.test');
  await call(token, 'POST', ofOutbound, addresses('own@x.test'));
  assert.deepEqual(await dump(token, '?SuppressionReason=hardbounce'), ['hard@x.test']);
  assert.deepEqual(await dump(token, '?origin=customer'), ['own@x.test']);
  assert.deepEqual(await dump(token, '?origin=Customer&SuppressionReason=HardBounce'), []);
  assert.deepEqual(await dump(token, '?EmailAddress=x'), []);
  assert.deepEqual(await dump(token, '?FromDate=2020-01-01&ToDate=2020-02-01'), []);
  assert.deepEqual(await dump(token, '?fromdate=2020-01-01&count=1&offset=1'), ['hard@x.test', 'own@x.test']);
});

test('each mistake has its code, and changes nothing', async () => {
  const { token } = await newServer();
  const many = addresses(...Array.from({ length: 51 }, (_, number) => `a${number}@x.test`));
  for (const path of [ofOutbound, `${ofOutbound}/delete`]) {
    assert.deepEqual(codeOf(await call(token, 'POST', path)), [422, 1409]);
    for (const body of [{}, { Suppressions: null }, { Suppressions: [] }])
      assert.deepEqual(codeOf(await call(token, 'POST', path, body)), [422, 1409]);
    assert.deepEqual(codeOf(await call(token, 'POST', path, many)), [422, 1410]);
    for (const item of [{}, { EmailAddress: null }, { EmailAddress: ' ' }])
      assert.deepEqual(
        codeOf(await call(token, 'POST', path, { Suppressions: [{ EmailAddress: 'b@x.test' }, item] })),
        [422, 1411],
      );
    assert.deepEqual(codeOf(await call(token, 'POST', path, { Suppressions: 'b@x.test' })), [422, 403]);
    assert.deepEqual(
      codeOf(await call(token, 'POST', path.replace('outbound', 'nowhere'), addresses('b@x.test'))),
      [422, 1226],
    );
  }
  assert.deepEqual(codeOf(await call(token, 'GET', `${ofOutbound}/dump?SuppressionReason=no`)), [422, 1404]);
  assert.deepEqual(codeOf(await call(token, 'GET', `${ofOutbound}/dump?Origin=no`)), [422, 1405]);
  assert.deepEqual(codeOf(await call(token, 'GET', `${ofOutbound}/dump?fromdate=no`)), [422, 1407]);
  assert.deepEqual(codeOf(await call(token, 'GET', '/message-streams/nowhere/suppressions/dump')), [422, 1226]);
  assert.deepEqual(codeOf(await call(token, 'GET', '/message-streams/*/suppressions/dump')), [422, 1226]);
  assert.deepEqual(await dump(token), []);
  const odd = await call(token, 'POST', ofOutbound, { suppressions: [{ emailaddress: 'odd@x.test', Unknown: 1 }] });
  assert.equal(odd.status, 200);
  assert.deepEqual(await dump(token), ['odd@x.test']);
});

test('a list of the server counts for all its streams and no other server; one of the account for all its servers', async () => {
  const account = await newAccount();
  const [one, two, stranger] = [
    await newServer(account.accountId),
    await newServer(account.accountId),
    await newServer(),
  ];
  await call(one.token, 'POST', '/suppressions', addresses('server@x.test'));
  await call(account.token, 'POST', '/account/suppressions', addresses('account@x.test'), 'Account');
  const results = [];
  for (const { token } of [one, two, stranger])
    for (const stream of ['outbound', 'broadcast'])
      results.push([await sendTo(token, 'server@x.test', stream), await sendTo(token, 'account@x.test', stream)]);
  assert.deepEqual(results, [
    [406, 406],
    [406, 406],
    [0, 406],
    [0, 406],
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual(await dump(one.token), []);
  await call(one.token, 'POST', `${ofOutbound}`, addresses('server@x.test'));

  const found = await call(one.token, 'GET', '/suppressions/search?emailAddress=X.TEST');
  assert.equal(found.json.TotalCount, 3);
  const where = (found.json.Suppressions as Wire[]).map(row => [row.EmailAddress, row.Scope, row.MessageStream]);
  assert.deepEqual(where.sort(), [
    ['account@x.test', 'account', null],
    ['server@x.test', 'server', null],
    ['server@x.test', 'stream', 'outbound'],
  ]);
  assert.equal((await call(two.token, 'GET', '/suppressions/search?emailaddress=server')).json.TotalCount, 0);
  assert.deepEqual(codeOf(await call(one.token, 'GET', '/suppressions/search')), [422, 1411]);

  await call(account.token, 'POST', '/account/suppressions/delete', addresses('account@x.test'), 'Account');
  assert.equal(await sendTo(two.token, 'account@x.test'), 0);
  const left = await call(account.token, 'GET', '/account/suppressions/dump', undefined, 'Account');
  assert.deepEqual(left.json.Suppressions, []);
});

test('what is exported can be imported; what cannot be read is told by its line', async () => {
  const [from, to] = [await newServer(), await newServer()];
  await suppress(db.accept, from.serverId, 'hard@x.test');
  await call(from.token, 'POST', ofOutbound, addresses('own@x.test'));
  const { json } = await call(from.token, 'GET', `${ofOutbound}/export`);
  assert.match(String(json.Csv), /^EmailAddress,SuppressionReason,Origin,CreatedAt\r\n/);
  const Csv = `${json.Csv}not-an-address,HardBounce,Recipient\r\nodd@x.test,Nonsense\r\n\r\n"own@x.test"\r\n`;
  const imported = await call(to.token, 'POST', `${ofOutbound}/import`, { Csv });
  assert.deepEqual(imported.json, {
    Imported: 2,
    AlreadySuppressed: 0,
    FailedCount: 2,
    Failed: [
      { Line: 4, EmailAddress: 'not-an-address', Message: 'An invalid email address was provided.' },
      { Line: 5, EmailAddress: 'odd@x.test', Message: "The 'SuppressionReason' is not valid." },
    ],
  });
  const again = await call(to.token, 'POST', `${ofOutbound}/import`, { Csv: 'a@x.test\nown@x.test' });
  assert.deepEqual([again.json.Imported, again.json.AlreadySuppressed], [1, 1]);
  assert.deepEqual(await dump(to.token, '?suppressionreason=HardBounce&origin=Recipient'), ['hard@x.test']);
  assert.deepEqual(await dump(to.token, '?origin=customer'), ['a@x.test', 'own@x.test']);
  assert.deepEqual(codeOf(await call(to.token, 'POST', `${ofOutbound}/import`, { Csv: ' ' })), [422, 1409]);
  const tooMany = Array.from({ length: 20_001 }, (_, number) => `a${number}@x.test`).join('\n');
  assert.deepEqual(codeOf(await call(to.token, 'POST', `${ofOutbound}/import`, { Csv: tooMany })), [422, 1410]);
});

test("another server's or account's lists are neither seen nor changed", async () => {
  const [mine, other, stranger] = [await newServer(), await newServer(), await newAccount()];
  await call(mine.token, 'POST', ofOutbound, addresses('own@x.test'));
  await call(other.token, 'POST', `${ofOutbound}/delete`, addresses('own@x.test'));
  assert.deepEqual(await dump(other.token), []);
  assert.deepEqual(await dump(mine.token), ['own@x.test']);
  assert.equal(
    (await call(other.token, 'GET', `${ofOutbound}/export`)).json.Csv,
    'EmailAddress,SuppressionReason,Origin,CreatedAt\r\n',
  );
  assert.deepEqual(codeOf(await call(stranger.token, 'GET', '/suppressions/dump', undefined, 'Account')), [401, 10]);
  assert.deepEqual(codeOf(await call(mine.token, 'GET', '/account/suppressions/dump')), [401, 10]);
});

test('an address whose person was erased is lifted and refused like any other, and a complaint makes it stay', async () => {
  const { token, serverId } = await newServer();
  const items = ['mine@x.test', 'angry@x.test', 'later@x.test'];
  await call(token, 'POST', ofOutbound, addresses('mine@x.test', 'later@x.test'));
  await suppress(db.accept, serverId, 'angry@x.test', { reason: 'SpamComplaint' });
  for (const address of items) await db.accept.transaction(tx => hashSuppressions(tx, [serverId], address, 10));
  assert.deepEqual(await dump(token), []);
  for (const address of items) assert.equal(await sendTo(token, address), 406, address);
  await suppress(db.accept, serverId, 'later@x.test', { reason: 'SpamComplaint' });

  const { json } = await call(
    token,
    'POST',
    `${ofOutbound}/delete`,
    addresses('MINE@x.test', 'angry@x.test', 'later@x.test'),
  );
  assert.deepEqual(
    (json.Suppressions as Wire[]).map(({ Status, Message }) => [Status, Message]),
    [
      ['Deleted', null],
      ['Failed', authority],
      ['Failed', authority],
    ],
  );
  assert.equal(await sendTo(token, 'mine@x.test'), 0);
  assert.deepEqual([await sendTo(token, 'angry@x.test'), await sendTo(token, 'later@x.test')], [406, 406]);
  const lifted = (await readEvents(db.reads, serverId)).filter(event => event.kind === 'suppression_lifted');
  assert.equal(lifted.length, 1);
});
