// Opens the connections of one process: who may use how many, and for how long.

import type { Database } from './database.ts';
import { StatementFailed } from './database.ts';
import { connectListener } from './listener.ts';
import { type ClosablePool, createPool } from './pool.ts';
import { transactionSecondsMax } from './session-settings.ts';

export type ConnectOptions = {
  connectionString: string;
  /** Shown by the server in pg_stat_activity. */
  applicationName?: string;
  /** A connection that broke while nobody waited for it: worth a line in the log, nothing else. */
  onError: (error: Error) => void;
};

/** Connections per process, together with the listening one at most fifteen. */
export const connectionsMax = { accept: 3, results: 2, claims: 1, calls: 3, reads: 5 } as const;

const readSecondsMax = 10;
const acquireSecondsMax = 10;
const oldestServerVersion = 160000;

/**
 * Resolves when the database has answered and is recent enough.
 * @throws DatabaseUnavailable, or an Error with a sentence for the operator.
 */
export async function connectDatabase(options: ConnectOptions): Promise<Database> {
  const connection = {
    connectionString: options.connectionString,
    applicationName: options.applicationName ?? 'pennyblack',
    statementSecondsMax: transactionSecondsMax,
    connectSecondsMax: acquireSecondsMax,
  };
  const pool = (size: number, statementSecondsMax: number): ClosablePool =>
    createPool({ ...connection, statementSecondsMax, connectionsMax: size, onIdleError: options.onError });

  const accept = pool(connectionsMax.accept, transactionSecondsMax);
  const results = pool(connectionsMax.results, transactionSecondsMax);
  const claims = pool(connectionsMax.claims, transactionSecondsMax);
  const calls = pool(connectionsMax.calls, transactionSecondsMax);
  const reads = pool(connectionsMax.reads, readSecondsMax);
  const closePools = () => Promise.all([accept, results, claims, calls, reads].map(each => each.close()));

  try {
    await refuseOldServer(reads);
    const listener = await connectListener(connection, options.onError);
    return {
      accept,
      results,
      claims,
      calls,
      reads,
      listener,
      async close() {
        await listener.close();
        await closePools();
      },
    };
  } catch (error) {
    await closePools();
    if (error instanceof StatementFailed) throw new Error(sentenceFor(error), { cause: error });
    throw error;
  }
}

async function refuseOldServer(pool: ClosablePool): Promise<void> {
  const [row] = await pool.query<{ number: number; text: string }>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as text`;
  if (row && row.number < oldestServerVersion) {
    throw new Error(`The database is PostgreSQL ${row.text}; Pennyblack needs PostgreSQL 16 or later.`);
  }
}

function sentenceFor(error: StatementFailed): string {
  // 28: invalid authorization. 3D000: no such database.
  if (error.code.startsWith('28')) return `The database refused our name or password: ${error.message}.`;
  if (error.code === '3D000') return `The database that DATABASE_URL names does not exist: ${error.message}.`;
  return `The database refused the connection: ${error.message}.`;
}
