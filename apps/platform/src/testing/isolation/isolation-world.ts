// For the isolation table: an owner, whose every text holds a secret word, and the strangers who try to reach it.

import { createHash } from 'node:crypto';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { raw } from '@pennyblack/runtime/database/sql.ts';
import { createAccount } from '../../features/accounts/create-account.ts';
import { sampleRequest } from '../../features/sending/testing/sample-requests.ts';
import type { SendingServer } from '../../features/servers/server.ts';
import { listTables } from '../search-database.ts';
import { addServer, createFakeIntake, createTestAcceptor, type TestWorld, testKeyRing } from '../test-world.ts';

/** In a subject, a name, an address: wherever it turns up, something of the owner's is shown. */
export const secretWord = 'owners-secret-7f3a';

export type Tenant = { accountId: number; accountToken: string; server: SendingServer & { token: string } };

export type Owner = Tenant & {
  world: TestWorld;
  /** A message on the owner's server that holds the secret word. Answers its id. */
  message(): Promise<string>;
  /** A stream that no other server has. */
  streamId: string;
};

export async function addTenant(world: TestWorld): Promise<Tenant> {
  const account = { name: `Account ${secretWord}`, givenToken: undefined };
  const made = await world.database.accept.transaction(tx => createAccount(tx, testKeyRing, account, new Date()));
  const server = await addServer(world.database.accept, made.accountId, 'Live');
  return { accountId: made.accountId, accountToken: made.token, server };
}

export async function addOwner(world: TestWorld): Promise<Owner> {
  const tenant = await addTenant(world);
  const acceptor = createTestAcceptor(world, createFakeIntake(undefined));
  // Without the secret word: a refusal repeats what the stranger has written himself.
  const streamId = 'stream-of-the-owner';
  await world.database.accept.query`
    insert into message_streams (server_id, stream_id, name, stream_type, created_at)
    values (${tenant.server.serverId}, ${streamId}, ${secretWord}, 'Transactional', now())`;
  return {
    ...tenant,
    world,
    streamId,
    async message() {
      const request = sampleRequest({ to: `${secretWord}@buyer.test`, subject: secretWord, textBody: secretWord });
      const result = await acceptor.accept(tenant.server, request);
      if (result.kind !== 'accepted') throw new Error(`The owner's message was refused: ${result.text}`);
      return result.messageId;
    },
  };
}

/** A value that changes with anything that the owner's account or servers have in the database. */
export async function fingerprintOf(db: Pool, { accountId, server }: Tenant): Promise<string> {
  const hash = createHash('sha256');
  for (const table of await listTables(db)) {
    const columns = await db.query<{ name: string }>`
      select attname as name from pg_attribute where attrelid = ${`pennyblack.${table}`}::regclass and attnum > 0`;
    const has = (name: string) => columns.some(column => column.name === name);
    if (!has('server_id') && !has('account_id')) continue;
    const [column, value] = has('server_id') ? ['server_id', server.serverId] : ['account_id', accountId];
    const rows = await db.query<{ row: string }>`
      select t::text as row from ${raw(table)} t where ${raw(column as string)} = ${value} order by 1`;
    hash.update(`${table}\n${rows.map(row => row.row).join('\n')}\n`);
  }
  return hash.digest('hex');
}
