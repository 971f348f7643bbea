// What the rest of the project sees of PostgreSQL: four small pools, transactions, and one listening connection.

/** One row as the driver returns it. bigint columns arrive as numbers that were checked to be safe integers. */
export type Row = Record<string, unknown>;

export type Queryable = {
  /** SQL as SQL: each `${value}` becomes a parameter; a nested `sql` fragment is spliced in. */
  query<R = Row>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<R[]>;
  /** A named prepared statement, for hot paths: parsed once per connection. The name is unique in the project. */
  prepared<R = Row>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
};

/** A transaction's handle. It throws when it is used after its transaction has ended. */
export type Tx = Queryable & { readonly isTransaction: true };

export type Pool = Queryable & {
  /** Commits when `work` resolves, rolls back when it rejects. No network call belongs inside. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

export type Listener = {
  /** `onMessage` for each notification; `onReconnect` after a gap in which notifications may have been lost. */
  listen(channel: string, onMessage: (payload: string) => void, onReconnect: () => void): Promise<void>;
  notify(channel: string, payload: string): Promise<void>;
};

/** A process holds at most twelve connections: accept 3, results 2, claims 1, listen 1, reads 5 (with a statement timeout of 10 s). */
export type Database = {
  readonly accept: Pool;
  readonly results: Pool;
  readonly claims: Pool;
  readonly reads: Pool;
  readonly listener: Listener;
  close(): Promise<void>;
};

/** The server went away or refuses work: the statement may or may not have been carried out. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}
