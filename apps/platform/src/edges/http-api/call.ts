// What an endpoint gets to see of one request.

import type { Pool, Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../refusals.ts';
import type { Caller } from './authenticate-call.ts';
import type { AccountCaller, Call, ServerCaller } from './endpoint.ts';
import type { QueryParameters } from './read-query.ts';

export type CallParts = {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller;
  now: Date;
  body: unknown;
  bodyLength: number;
  query: unknown;
  rawQuery: QueryParameters;
  database: Pool;
};

export function createCall(parts: CallParts): Call {
  // The endpoint's own type of call is narrower; the edge has read body, query and token by that endpoint's schemas.
  return new HttpCall(parts) as unknown as Call;
}

class HttpCall {
  readonly requestId: string;
  readonly now: Date;
  readonly body: unknown;
  readonly bodyLength: number;
  readonly query: unknown;
  readonly rawQuery: QueryParameters;
  readonly reads: Queryable;
  readonly server: ServerCaller | undefined;
  readonly account: AccountCaller | undefined;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #database: Pool;

  constructor(parts: CallParts) {
    this.requestId = parts.request.id;
    this.now = parts.now;
    this.body = parts.body;
    this.bodyLength = parts.bodyLength;
    this.query = parts.query;
    this.rawQuery = parts.rawQuery;
    this.reads = parts.database;
    this.server = parts.caller.kind === 'server' ? parts.caller.server : undefined;
    this.account = parts.caller.kind === 'account' ? parts.caller.account : undefined;
    this.#request = parts.request;
    this.#reply = parts.reply;
    this.#database = parts.database;
  }

  get clientAddress(): string {
    return this.#request.ip;
  }

  pathText(name: string): string {
    const value = (this.#request.params as Record<string, string | undefined>)[name];
    if (value === undefined) throw new Error(`The path of this endpoint has no part named ${name}.`);
    // PostgreSQL stores no NUL, so nothing can have such a name.
    if (value.includes('\0')) throw new Refusal('route_not_found');
    return value;
  }

  pathNumber(name: string): number | undefined {
    const text = this.pathText(name);
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  bodyBytes(): Buffer {
    return (this.#request.body as Buffer | undefined) ?? Buffer.alloc(0);
  }

  setAnswerHeader(name: string, value: string): void {
    this.#reply.header(name, value);
  }

  transaction<T>(work: (tx: Tx, now: Date) => Promise<T>): Promise<T> {
    return this.#database.transaction(tx => work(tx, this.now));
  }
}
