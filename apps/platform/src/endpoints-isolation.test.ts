// For every endpoint of the platform: another server's or account's token neither sees nor changes anything, and a
// missing, unknown or wrong kind of token is refused. The table: testing/isolation/isolation-table.ts.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Endpoint } from './edges/http-api/endpoint.ts';
import { type Received, send } from './edges/http-api/testing/test-api.ts';
import { describeEndpoints } from './endpoints.ts';
import type { LookUpDns } from './features/domains/ports.ts';
import type { OwnersRequest } from './testing/isolation/isolation-entry.ts';
import { isolationTable, publicEntries } from './testing/isolation/isolation-table.ts';
import { addOwner, addTenant, fingerprintOf, secretWord, type Zone } from './testing/isolation/isolation-world.ts';
import { startMessageApi } from './testing/test-message-api.ts';
import { testDomainDeps, testWorld } from './testing/test-world.ts';

const world = await testWorld();
const { database: db } = world;
const zone: Zone = new Map();
const lookUp: LookUpDns = async (name, type) => zone.get(`${type} ${name}`) ?? { kind: 'absent' };
const api = await startMessageApi(world, { domains: testDomainDeps(world, { lookUp }) });
after(() => api.close());
const owner = await addOwner(world, api.port, zone);
const stranger = await addTenant(world);

const endpoints = new Map(describeEndpoints().map(endpoint => [`${endpoint.method} ${endpoint.path}`, endpoint]));
const serverHeader = 'X-Postmark-Server-Token';
const accountHeader = 'X-Postmark-Account-Token';

function call(
  endpoint: Endpoint,
  { path = endpoint.path, body }: OwnersRequest,
  headers: Record<string, string>,
): Promise<Received> {
  const isBodyDue = endpoint.method !== 'GET' && body !== undefined;
  return send(api.port, { method: endpoint.method, path, headers, ...(isBodyDue ? { body } : {}) });
}

/** Everybody who holds a good token, and not the one for this. */
function strangersOf(endpoint: Endpoint): [string, Record<string, string>][] {
  if (endpoint.token === 'account') return [['another account', { [accountHeader]: stranger.accountToken }]];
  return [
    ['a server of another account', { [serverHeader]: stranger.server.token }],
    ['another server of the same account', { [serverHeader]: owner.neighbour.token }],
  ];
}

/** Everybody who holds no good token of the kind that is asked for. */
function refusedHeadersOf(endpoint: Endpoint): [string, Record<string, string>][] {
  const [right, wrong] = endpoint.token === 'account' ? [accountHeader, serverHeader] : [serverHeader, accountHeader];
  const ofWrongKind = endpoint.token === 'account' ? owner.server.token : owner.accountToken;
  return [
    // An empty header keeps the test's client from adding a token of its own.
    ['no token', { [right]: '' }],
    ['an unknown token', { [right]: '00000000-0000-4000-8000-00000000ffff' }],
    ['the owner’s token of the other kind in its own header', { [wrong]: ofWrongKind }],
    ['the owner’s token of the other kind in this header', { [right]: ofWrongKind }],
    ['something endless', { [right]: 'x'.repeat(5000) }],
  ];
}

test('every endpoint stands in the isolation table, once, and nothing else does', () => {
  const listed = [...isolationTable, ...publicEntries].map(entry => entry.endpoint);
  assert.deepEqual(
    listed.toSorted(),
    [...endpoints.keys()].toSorted(),
    'add the endpoint to testing/isolation/isolation-table.ts',
  );
  for (const { endpoint } of publicEntries) assert.equal(endpoints.get(endpoint)?.token, 'none', endpoint);
  for (const { endpoint } of isolationTable) assert.notEqual(endpoints.get(endpoint)?.token, 'none', endpoint);
});

for (const entry of isolationTable) {
  const endpoint = endpoints.get(entry.endpoint);
  if (!endpoint) continue; // The first test fails for it.

  test(`${entry.endpoint}: no token, an unknown one and one of the wrong kind are refused with code 10`, async () => {
    const request = await entry.request(owner);
    const before = await fingerprintOf(db.reads, owner);
    for (const [who, headers] of refusedHeadersOf(endpoint)) {
      const received = await call(endpoint, request, headers);
      const { ErrorCode } = received.json as { ErrorCode?: number };
      assert.deepEqual([received.status, ErrorCode], [401, 10], who);
      assert.ok(!received.bytes.toString().includes(secretWord), who);
    }
    assert.equal(await fingerprintOf(db.reads, owner), before);
  });

  test(`${entry.endpoint}: a stranger sees nothing and changes nothing, and the owner reaches it`, async () => {
    const request = await entry.request(owner);
    const before = await fingerprintOf(db.reads, owner);
    for (const [who, headers] of strangersOf(endpoint)) {
      const received = await call(endpoint, request, headers);
      entry.stranger(received);
      assert.ok(!received.bytes.toString().includes(secretWord), `${who} is shown something of the owner's`);
      await entry.settle?.(owner);
      assert.equal(await fingerprintOf(db.reads, owner), before, `${who} has changed something of the owner's`);
    }
    const isOfAccount = endpoint.token === 'account';
    const own = isOfAccount ? { [accountHeader]: owner.accountToken } : { [serverHeader]: owner.server.token };
    const received = await call(endpoint, request, own);
    assert.equal(received.status, 200, received.bytes.toString());
    if (entry.showsTheOwner) assert.ok(received.bytes.toString().includes(secretWord), 'a leak would not be seen');
  });
}
