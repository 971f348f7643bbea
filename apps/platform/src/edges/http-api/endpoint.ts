// What an endpoint of the HTTP API is. Features export endpoints; build.ts hands them to this edge.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { Static, TSchema } from 'typebox';

/** Who calls: found from the token before the endpoint runs. */
export type ServerCaller = {
  serverId: number;
  accountId: number;
  tokenId: number;
  deliveryType: 'Live' | 'Sandbox';
  /** The literal token POSTMARK_API_TEST: checked like any other, nothing stored, nothing sent. */
  isTest: boolean;
};
export type AccountCaller = { accountId: number; tokenId: number };

export type TokenKind = 'server' | 'account' | 'none';

type CallerOf<K extends TokenKind> = K extends 'server'
  ? { server: ServerCaller }
  : K extends 'account'
    ? { account: AccountCaller }
    : Record<never, never>;

export type Call<
  K extends TokenKind = TokenKind,
  B extends TSchema = TSchema,
  Q extends TSchema = TSchema,
> = CallerOf<K> & {
  requestId: string;
  now: Date;
  /** A named part of the path, decoded. */
  pathText(name: string): string;
  /** Read, checked and in the schema's own casing; null and unknown fields are gone. */
  body: Static<B>;
  query: Static<Q>;
  /** Query parameters that the schema cannot name, such as metadata_color; keys in lower case. */
  rawQuery: ReadonlyMap<string, string>;
  /** Bytes of the request's body as received, before any change. */
  bodyLength: number;
  reads: Queryable;
  /** One transaction on the ordinary pool, with the time of the call. */
  transaction<T>(work: (tx: Tx, now: Date) => Promise<T>): Promise<T>;
};

export type Endpoint<K extends TokenKind = TokenKind, B extends TSchema = TSchema, Q extends TSchema = TSchema> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Lower case, with `:name` parts: `/messages/outbound/:messageid/details`. Matched in any case, with or without a trailing slash. */
  path: string;
  token: K;
  /** One sentence for the reference. */
  summary: string;
  /** The noun the endpoint belongs to in the reference: 'Email', 'Messages' … */
  group: string;
  /** POSTMARK_API_TEST is welcome here. */
  acceptsTestToken?: boolean;
  body?: B;
  query?: Q;
  response: TSchema;
  /** Largest body in bytes; 413 beyond. Default 1 MB. */
  bodyBytesMax?: number;
  /** Sent with a request that carries no body at all, or `null`. Default: treated as an empty object. */
  handle(call: Call<K, B, Q>): Promise<unknown>;
};

/** Keeps the inference of body and query while hiding them from the list that build.ts keeps. */
export function defineEndpoint<K extends TokenKind, B extends TSchema, Q extends TSchema>(
  endpoint: Endpoint<K, B, Q>,
): Endpoint {
  return endpoint as unknown as Endpoint;
}
