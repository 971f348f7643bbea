// For the isolation table: an owner, whose every text holds a secret word, and the strangers who try to reach it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { raw, sql } from '@pennyblack/runtime/database/sql.ts';
import { send } from '../../edges/http-api/testing/test-api.ts';
import { createAccount } from '../../features/accounts/create-account.ts';
import type { DnsLookUp } from '../../features/domains/ports.ts';
import { sampleRequest } from '../../features/sending/testing/sample-requests.ts';
import type { SendingServer } from '../../features/servers/server.ts';
import { accountList } from '../../features/suppressions/suppression-list.ts';
import { listTables } from '../search-database.ts';
import { addServer, createFakeIntake, createTestAcceptor, type TestWorld, testKeyRing } from '../test-world.ts';

/** In a subject, a name, an address: wherever it turns up, something of the owner's is shown. */
export const secretWord = 'owners-secret-7f3a';

export type Tenant = { accountId: number; accountToken: string; server: SendingServer & { token: string } };

export type Json = Record<string, unknown> & { ID: number };

export type Owner = Tenant & {
  world: TestWorld;
  /** Another server of the same account. What it does to its own things is no business of the owner's server. */
  neighbour: SendingServer & { token: string };
  /** A message on the owner's server that holds the secret word. Answers its id. */
  message(): Promise<string>;
  /** A stream that no other server has. */
  streamId: string;
  /** The owner's own requests, with his server's token and with his account's. Fail unless they are answered with 200. */
  asServer(method: string, path: string, body?: unknown): Promise<Json>;
  asAccount(method: string, path: string, body?: unknown): Promise<Json>;
  /** Puts a TXT record into the DNS. */
  publish(name: string, value: string): void;
};

/** The DNS of the world, by `TYPE name`. What is not in it is absent. */
export type Zone = Map<string, DnsLookUp>;

export async function addTenant(world: TestWorld): Promise<Tenant> {
  const account = { name: `Account ${secretWord}`, givenToken: undefined };
  const made = await world.database.accept.transaction(tx => createAccount(tx, testKeyRing, account, new Date()));
  const server = await addServer(world.database.accept, made.accountId, 'Live');
  return { accountId: made.accountId, accountToken: made.token, server };
}

/** `port` is the API's, and `zone` the DNS that it looks at. */
export async function addOwner(world: TestWorld, port: number, zone: Zone): Promise<Owner> {
  const tenant = await addTenant(world);
  const neighbour = await addServer(world.database.accept, tenant.accountId, 'Live');
  const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
  // Without the secret word: a refusal repeats what the stranger has written himself.
  const streamId = 'stream-of-the-owner';
  await world.database.accept.query`
    insert into message_streams (server_id, stream_id, name, stream_type, created_at)
    values (${tenant.server.serverId}, ${streamId}, ${secretWord}, 'Transactional', now())`;

  const as = (headers: Record<string, string>) => async (method: string, path: string, body?: unknown) => {
    const received = await send(port, { method, path, headers, body });
    assert.equal(received.status, 200, `${method} ${path}: ${received.bytes}`);
    return received.json as Json;
  };
  const owner: Owner = {
    ...tenant,
    world,
    neighbour,
    streamId,
    async message() {
      const request = sampleRequest({ to: `${secretWord}@buyer.test`, subject: secretWord, textBody: secretWord });
      const result = await acceptor.accept(tenant.server, request);
      if (result.kind !== 'accepted') throw new Error(`The owner's message was refused: ${result.text}`);
      return result.messageId;
    },
    asServer: as({ 'X-Postmark-Server-Token': tenant.server.token }),
    asAccount: as({ 'X-Postmark-Account-Token': tenant.accountToken }),
    publish: (name, value) => void zone.set(`TXT ${name}`, { kind: 'records', records: [value] }),
  };
  await owner.asServer('PUT', '/server', { Name: secretWord });
  return owner;
}

/**
 * A value that changes with anything that the owner's account or servers have in the database, without the neighbour. Of
 * rows that are nobody's, such as mail of the installation itself, those count that hold the secret word.
 */
export async function fingerprintOf(db: Pool, { accountId, neighbour }: Owner): Promise<string> {
  const hash = createHash('sha256');
  const owned = [
    {
      column: 'server_id',
      // The account's own list of suppressions stands beside those of its servers (suppression-list.ts).
      ids: sql`
        select server_id from servers where account_id = ${accountId} and server_id <> ${neighbour.serverId}
        union all select ${accountList(accountId).serverId}::bigint`,
    },
    { column: 'account_id', ids: sql`select ${accountId}::bigint` },
    { column: 'domain_id', ids: sql`select domain_id from domains where account_id = ${accountId}` },
    { column: 'user_id', ids: sql`select user_id from users where account_id = ${accountId}` },
  ];
  for (const table of await listTables(db)) {
    const columns = await db.query<{ name: string }>`
      select attname as name from pg_attribute where attrelid = ${`pennyblack.${table}`}::regclass and attnum > 0`;
    const by = owned.find(({ column }) => columns.some(({ name }) => name === column));
    const isOwned = by ? sql`${raw(by.column)} in (${by.ids})` : sql`false`;
    const isNobodys = by ? sql`${raw(by.column)} is null` : sql`true`;
    const rows = await db.query<{ row: string }>`
      select t::text as row from ${raw(table)} t
      where ${isOwned} or (${isNobodys} and t::text like ${`%${secretWord}%`}) order by 1`;
    hash.update(`${table}\n${rows.map(row => row.row).join('\n')}\n`);
  }
  return hash.digest('hex');
}
