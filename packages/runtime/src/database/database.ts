// What the rest of the project sees of PostgreSQL: four small pools, transactions, and one listening connection.

/**
 * One row as the driver returns it. bigint arrives as a number that was checked to be a safe integer, timestamptz as
 * Date, jsonb parsed, bytea as Buffer; `numeric` (also the sum of bigints), `date` and `xid8` stay text.
 */
export type Row = Record<string, unknown>;

export type Queryable = {
  /** SQL as SQL: each `${value}` becomes a parameter; a nested `sql` fragment is spliced in. */
  query<R = Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<R[]>;
  /** A named prepared statement, for hot paths: parsed once per connection. The name is unique in the project. */
  prepared<R = Row>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
};

/** A transaction's handle. It throws when it is used after its transaction has ended. */
export type Tx = Queryable & {
  readonly isTransaction: true;
  /**
   * Runs `hint` after COMMIT, also after one that was not answered; never after a rollback. For telling others in this
   * process that there is something to look at: a process may die before it runs, so what has to happen is a row.
   */
  afterCommit(hint: () => void): void;
};

export type Pool = Queryable & {
  /**
   * Commits when `work` resolves, rolls back when it rejects. No network call belongs inside.
   * Throws CommitUncertain when the connection dies during COMMIT: then nobody knows but the database.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One connection for several statements outside any transaction, for what cannot run inside one (DETACH
   * CONCURRENTLY, CREATE INDEX CONCURRENTLY). Session settings made inside are reset afterwards.
   */
  session<T>(work: (session: Queryable) => Promise<T>): Promise<T>;
};

export type Listener = {
  /** `onMessage` for each notification; `onReconnect` after a gap in which notifications may have been lost. */
  listen(channel: string, onMessage: (payload: string) => void, onReconnect: () => void): Promise<void>;
  notify(channel: string, payload: string): Promise<void>;
};

/** A process holds at most fourteen connections for work: accept 3, results 2, claims 1, calls 3, reads 5; and one to listen. */
export type Database = {
  readonly accept: Pool;
  readonly results: Pool;
  readonly claims: Pool;
  /** For the calls of webhooks, so that neither they nor deliveries wait for each other. Opened when first used. */
  readonly calls: Pool;
  /** Statements here end after 10 s. */
  readonly reads: Pool;
  readonly listener: Listener;
  close(): Promise<void>;
};

/** The server went away or refuses work: the statement may or may not have been carried out. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
}

/** The connection died between sending COMMIT and its answer: the transaction either happened wholly or not at all. */
export class CommitUncertain extends DatabaseUnavailable {
  override readonly name = 'CommitUncertain';
}

/** The server understood the statement and declined it. `code` is the SQLSTATE; PostgreSQL's own error is the cause. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  /** For example 23505, a unique violation, or 57014, a statement that ran into its timeout. */
  readonly code: string;
  /** The violated constraint, when there is one. */
  readonly constraint: string | undefined;

  constructor(message: string, code: string, constraint: string | undefined, options: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.constraint = constraint;
  }
}
