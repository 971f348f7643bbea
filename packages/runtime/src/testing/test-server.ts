// The PostgreSQL that tests run on. `npm test` starts one for all files and names it in the environment; a file that is
// run by hand starts its own and stops it when nobody uses it any more.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded-postgres.ts';

/** Not named PENNYBLACK_…, which the platform would refuse as a setting it does not know. */
export const testServerVariable = 'TEST_POSTGRES_SERVER';

export type TestServer = { connectionString: string; stop(): Promise<void> };

let own: { server: Promise<TestServer>; users: number } | undefined;

/** Give it back with `leaveTestServer`. */
export async function joinTestServer(): Promise<string> {
  const shared = process.env[testServerVariable];
  if (shared !== undefined) return shared;
  own ??= { server: startTestServer(), users: 0 };
  own.users += 1;
  return (await own.server).connectionString;
}

export async function leaveTestServer(): Promise<void> {
  if (!own) return;
  own.users -= 1;
  if (own.users > 0) return;
  const { server } = own;
  own = undefined;
  await (await server).stop();
}

/** A server of its own in a folder for temporary files. It does not wait for the disk: its data is worth nothing. */
export async function startTestServer(): Promise<TestServer> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'pennyblack-test-'));
  const remove = () => rm(dataFolder, { recursive: true, force: true });
  const lines: string[] = [];
  let server: EmbeddedPostgres;
  try {
    server = await startEmbeddedPostgres({ dataFolder, durability: 'throwaway', log: line => lines.push(line) });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    connectionString: server.connectionString,
    async stop() {
      await server.close();
      await remove();
    },
  };
}
