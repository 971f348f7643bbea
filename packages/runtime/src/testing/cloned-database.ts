// A database of its own for each test file, cloned from one that was migrated once: real PostgreSQL at 0.1 s a piece.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { joinTestServer, leaveTestServer } from './test-server.ts';

export type Template = {
  /** Letters, digits and underscores; one name per set of migrations. */
  name: string;
  migrate: (connectionString: string) => Promise<unknown>;
};

const templateLock = 18_400_506; // The Penny Black's first day, 6 May 1840: any number that nobody else locks.

/**
 * Returns its connection string. It is dropped when the process has nothing more to do, which is after the last clean-up
 * of the tests: whatever they opened on it can still be closed in order.
 */
export async function cloneDatabase(template: Template): Promise<string> {
  const server = await joinTestServer();
  try {
    const name = `test_${randomBytes(8).toString('hex')}`;
    await withClient(server, async client => {
      await makeTemplateOnce(client, server, template);
      await client.query(`create database ${name} template ${templateName(template)}`);
    });
    process.once('beforeExit', async () => {
      await withClient(server, client => client.query(`drop database if exists ${name} with (force)`));
      await leaveTestServer();
    });
    return addressOf(server, name);
  } catch (error) {
    await leaveTestServer();
    throw error;
  }
}

/** Under a lock, because test files run side by side; renamed when ready, because a file may be stopped in the middle. */
async function makeTemplateOnce(client: pg.Client, server: string, template: Template): Promise<void> {
  const name = templateName(template);
  await client.query('select pg_advisory_lock($1)', [templateLock]);
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount !== 0) return;
    const unfinished = `${name}_unfinished`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    await template.migrate(addressOf(server, unfinished));
    await client.query(`alter database ${unfinished} rename to ${name}`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLock]);
  }
}

function templateName(template: Template): string {
  return `template_${template.name}`;
}

function addressOf(server: string, database: string): string {
  const address = new URL(server);
  address.pathname = `/${database}`;
  return address.href;
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {}); // The statement in flight rejects with it.
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
