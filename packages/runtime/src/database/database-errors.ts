// Sorts what the driver throws into three kinds: the database is unavailable, it declined a statement, or our own bug.
// SQLSTATE classes: PostgreSQL documentation, appendix A.

import pg from 'pg';
import { CommitUncertain, DatabaseUnavailable, StatementFailed } from './database.ts';

/** Classes and codes that speak of the server, not of the statement. */
const unavailableStates: readonly string[] = [
  '0800', // connection exceptions, but not 08P01, which says that we broke the protocol
  '53', // insufficient resources: disk full, out of memory, too many connections
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now: starting up or shutting down
  '57P05', // idle session timeout
  '58030', // I/O error
  '25006', // read only: we were moved to a replica
  '25P03', // idle in transaction: the server ended our connection
];

/** FATAL errors that end the connection, so that a COMMIT in flight may have happened all the same. */
const connectionEndingStates: readonly string[] = ['0800', '57P', '25P03'];

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** The driver gives its own connection errors no code; these are the beginnings of their texts (pg 8, pg-pool 3). */
const driverTexts: readonly string[] = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Cannot use a pool after calling end on the pool',
];

/** What a caller of a statement is told. An error that is neither network nor server comes back unchanged: it is a bug. */
export function translateStatementError(error: unknown): unknown {
  if (isUnavailable(error)) {
    return new DatabaseUnavailable(`The database is not available: ${messageOf(error)}`, { cause: error });
  }
  if (error instanceof pg.DatabaseError) {
    return new StatementFailed(error.message, error.code ?? 'XX000', error.constraint, { cause: error });
  }
  return error;
}

/** What a caller of a transaction is told when COMMIT itself failed. */
export function translateCommitError(error: unknown): unknown {
  const isServersAnswer = error instanceof pg.DatabaseError && !startsWithAny(error.code ?? '', connectionEndingStates);
  if (isServersAnswer || !isUnavailable(error)) return translateStatementError(error);
  return new CommitUncertain(`The connection to the database ended during COMMIT: ${messageOf(error)}`, {
    cause: error,
  });
}

export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  if (error instanceof pg.DatabaseError) return startsWithAny(error.code ?? '', unavailableStates);
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnavailable);
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && networkCodes.has(error.code)) return true;
  return startsWithAny(error.message, driverTexts);
}

function startsWithAny(text: string, beginnings: readonly string[]): boolean {
  return beginnings.some(beginning => text.startsWith(beginning));
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
