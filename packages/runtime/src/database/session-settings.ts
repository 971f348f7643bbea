// The settings of every connection we open, whoever opens it.

import type { ClientConfig } from 'pg';
import { columnTypes } from './column-types.ts';

export const schemaName = 'pennyblack';

/** No transaction of ours may be open longer: the pull feed and vacuum wait for the oldest one. */
export const transactionSecondsMax = 60;

const settings: Readonly<Record<string, string>> = {
  search_path: schemaName,
  timezone: 'UTC',
  // A 200 means it is on disk, whatever the server's default says.
  synchronous_commit: 'on',
  // A generic plan locks every partition for one look-up; planning anew with the values prunes them first (measured).
  plan_cache_mode: 'force_custom_plan',
  idle_in_transaction_session_timeout: `${transactionSecondsMax}s`,
};

export type ConnectionSettings = {
  connectionString: string;
  applicationName: string;
  statementSecondsMax: number;
  connectSecondsMax: number;
};

/** Sent with the connection's first packet, so they cost no round trip and RESET returns to them. */
export function clientConfig(connection: ConnectionSettings): ClientConfig {
  const { connectionString, options } = takeOptions(connection.connectionString);
  options.push(...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`));
  options.push(`-c statement_timeout=${connection.statementSecondsMax}s`);
  return {
    connectionString,
    application_name: connection.applicationName,
    options: options.join(' '),
    types: columnTypes,
    connectionTimeoutMillis: connection.connectSecondsMax * 1000,
    // The server ends a slow statement; this ends the wait for a server that has vanished from the network.
    query_timeout: (connection.statementSecondsMax + 5) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** The driver would let options in the address replace ours. Ours come after them: the last word on a setting counts. */
function takeOptions(connectionString: string): { connectionString: string; options: string[] } {
  if (!URL.canParse(connectionString)) return { connectionString, options: [] };
  const address = new URL(connectionString);
  const given = address.searchParams.getAll('options');
  if (given.length === 0) return { connectionString, options: [] };
  address.searchParams.delete('options');
  return { connectionString: address.href, options: given };
}
