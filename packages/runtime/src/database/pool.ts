// One pool of connections: statements, transactions and sessions on them, with errors that say what is known.

import assert from 'node:assert/strict';
import pg from 'pg';
import { Sql } from 'sql-template-tag';
import { CommitUncertain, type Pool, type Queryable, type Row, type Tx } from './database.ts';
import { isUnavailable, translateCommitError, translateStatementError } from './database-errors.ts';
import { type ConnectionSettings, clientConfig } from './session-settings.ts';

export type PoolSettings = ConnectionSettings & {
  connectionsMax: number;
  /** A connection that breaks while nobody uses it. The pool has replaced it already. */
  onIdleError: (error: Error) => void;
};

export type ClosablePool = Pool & { close(): Promise<void> };

type Statement = { text: string; values: unknown[]; name?: string };
type Run = (statement: Statement) => Promise<unknown[]>;

/** A connection lives this long at most, so that memory a session gathers (plans, partitions) is given back. */
const connectionLifeInSeconds = 3600;

export function createPool(settings: PoolSettings): ClosablePool {
  const connections = new pg.Pool({
    ...clientConfig(settings),
    max: settings.connectionsMax,
    // Connections stay open when idle: their prepared statements are worth keeping.
    idleTimeoutMillis: 0,
    maxLifetimeSeconds: connectionLifeInSeconds,
  });
  let isClosing = false;
  connections.on('error', error => {
    // The farewell of a connection and the end of its server may cross; then nobody has lost anything.
    if (!isClosing) settings.onIdleError(error);
  });

  async function acquire(): Promise<pg.PoolClient> {
    try {
      return await connections.connect();
    } catch (error) {
      throw translateStatementError(error);
    }
  }

  /** Lends one connection, and throws it away when the work broke it. */
  async function withConnection<T>(work: (client: pg.PoolClient, broken: () => void) => Promise<T>): Promise<T> {
    const client = await acquire();
    let isBroken = false;
    const broken = () => {
      isBroken = true;
    };
    // The server may end a connection between two statements, when no statement is there to reject with the error; the
    // pool itself listens only to idle connections, and an error that nobody hears ends the process.
    client.on('error', broken);
    try {
      return await work(client, broken);
    } catch (error) {
      if (isUnavailable(error)) isBroken = true;
      throw error;
    } finally {
      if (!isBroken) client.off('error', broken);
      client.release(isBroken);
    }
  }

  async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return withConnection(async (client, broken) => {
      const run = runOn(client);
      await run({ text: 'begin', values: [] });
      let isOver = false;
      const hints: (() => void)[] = [];
      const tx: Tx = {
        isTransaction: true,
        afterCommit: hint => {
          assert(!isOver, 'a transaction was used after its end');
          hints.push(hint);
        },
        ...queryable(statement => {
          assert(!isOver, 'a transaction was used after its end');
          return run(statement);
        }),
      };
      let result: T;
      try {
        result = await work(tx);
      } catch (error) {
        isOver = true;
        // On a connection that has gone there is nothing to roll back, and a rollback would only wait behind what hangs.
        if (isUnavailable(error)) broken();
        else await run({ text: 'rollback', values: [] }).catch(broken);
        throw error;
      }
      isOver = true;
      try {
        await commit(client, broken);
      } catch (error) {
        if (error instanceof CommitUncertain) runHints(hints);
        throw error;
      }
      runHints(hints);
      return result;
    });
  }

  async function session<T>(work: (session: Queryable) => Promise<T>): Promise<T> {
    return withConnection(async (client, broken) => {
      const run = runOn(client);
      let isOver = false;
      try {
        return await work(
          queryable(statement => {
            assert(!isOver, 'a session was used after its end');
            return run(statement);
          }),
        );
      } finally {
        isOver = true;
        await run({ text: 'reset all', values: [] }).catch(broken);
      }
    });
  }

  return {
    ...queryable(statement => withConnection(client => runOn(client)(statement))),
    transaction,
    session,
    close: () => {
      isClosing = true;
      return connections.end();
    },
  };
}

function runOn(client: pg.ClientBase): Run {
  return async statement => {
    try {
      return (await client.query<Row>(statement)).rows;
    } catch (error) {
      throw translateStatementError(error);
    }
  };
}

function runHints(hints: readonly (() => void)[]): void {
  for (const hint of hints) hint();
}

async function commit(client: pg.ClientBase, broken: () => void): Promise<void> {
  let command: string;
  try {
    command = (await client.query('commit')).command;
  } catch (error) {
    broken();
    throw translateCommitError(error);
  }
  // COMMIT of a transaction in which a statement failed answers ROLLBACK, and no error: someone swallowed that failure.
  assert(command === 'COMMIT', 'a statement failed inside the transaction and its error was swallowed: rolled back');
}

function queryable(run: Run): Queryable {
  return {
    query: async <R>(strings: TemplateStringsArray, ...values: readonly unknown[]) => {
      const statement = new Sql(strings, values);
      return (await run({ text: statement.text, values: statement.values })) as R[];
    },
    prepared: async <R>(name: string, text: string, values: readonly unknown[]) =>
      (await run({ name, text, values: [...values] })) as R[],
  };
}
