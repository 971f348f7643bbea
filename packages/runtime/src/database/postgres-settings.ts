// How the embedded server is set: durable, for many small writes on a small machine, seen by nobody but us.

export type Durability = 'durable' | 'throwaway';

/** Arguments for the `postgres` program. They win over the files of the cluster, so an upgrade of ours changes them. */
export function postgresArguments(dataDirectory: string, port: number, durability: Durability): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '256MB',
    // A checkpoint writes whole pages to the WAL again: seldom is cheap. Recovery of 4 GB takes well under a minute.
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    wal_buffers: '16MB',
    // Bodies arrive compressed, and these binaries come without lz4.
    wal_compression: 'off',
    jit: 'off',
    random_page_cost: '1.1',
    // The queues live by churn: dead rows must go before they are many.
    autovacuum_naptime: '10s',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_vacuum_cost_limit: '2000',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Details of an error quote values, and our values are people's addresses.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...(durability === 'durable' ? { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } : throwaway),
  };
  return ['-D', dataDirectory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** For tests, whose data is worth nothing. */
const throwaway: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_connections: '300',
  autovacuum: 'off',
};

/** Arguments for `initdb`. The built-in C.UTF-8 sorts the same on every machine and never changes with a library. */
export function initdbArguments(dataDirectory: string, superuser: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dataDirectory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--no-instructions',
  ];
}
