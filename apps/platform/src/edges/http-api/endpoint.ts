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
  /** A named part of the path, decoded, in the caller's own casing. */
  pathText(name: string): string;
  /** A named part of the path as a whole number from 0 up; undefined when it is none, so that the endpoint names its refusal. */
  pathNumber(name: string): number | undefined;
  /** A header of the request; the name in lower case. */
  header(name: string): string | undefined;
  /** The address of the other side; behind a trusted proxy, the address that the proxy names. */
  clientAddress: string;
  /** Read, checked and in the schema's own casing; null and unknown fields are gone. */
  body: Static<B>;
  query: Static<Q>;
  /** Query parameters that the schema cannot name, such as metadata_color; keys in lower case, empty values gone. */
  rawQuery: ReadonlyMap<string, string>;
  /** Number of bytes of the request's body as received, before any change. */
  bodyLength: number;
  /** The request's body as received. */
  bodyBytes(): Buffer;
  /** A header of the answer, whatever the answer will be; the name in lower case. */
  setAnswerHeader(name: string, value: string): void;
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
  /**
   * Types and names are read from the schema (canonical-reader.ts), and a value of the wrong type is refused with 403.
   * Limits such as maxLength are for the reference only: each has a code of its own, so the endpoint's rules check it.
   * Without a schema the body is not looked at. No body at all, or `null`, is read as `{}`, or `[]` where a list is due.
   */
  body?: B;
  /** An object schema. A parameter's name is matched in any case and with or without underscores. */
  query?: Q;
  response: TSchema;
  /** Largest body in bytes; 413 beyond. Default 1 MB. */
  bodyBytesMax?: number;
  /** What it resolves to is the JSON of the answer, with status 200. A Refusal becomes an error answer. */
  handle(call: Call<K, B, Q>): Promise<unknown>;
};

/** Keeps the inference of body and query while hiding them from the list that build.ts keeps. */
export function defineEndpoint<K extends TokenKind, B extends TSchema, Q extends TSchema>(
  endpoint: Endpoint<K, B, Q>,
): Endpoint {
  return endpoint as unknown as Endpoint;
}
