// What servers need of later features, and of the world.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { ServerHooks } from './server-hooks.ts';
import type { ServerLimits } from './server-rules.ts';

/** Tells the webhooks what a server's own hook URLs are from now on. Runs in the transaction that changes them. */
export type ServerHooksChanged = (tx: Tx, serverId: number, hooks: ServerHooks, now: Date) => Promise<void>;

/** Gives a new server its message streams, in the transaction that makes it. */
export type CreateStreams = (tx: Tx, serverId: number, now: Date) => Promise<void>;

/** The names of a domain's MX records, none when it has none; undefined when the DNS did not answer. */
export type FindMxHosts = (domain: string) => Promise<readonly string[] | undefined>;

/** What the actions and endpoints of servers are made with. */
export type ServerDeps = {
  keyRing: KeyRing;
  hooksChanged: ServerHooksChanged;
  createStreams: CreateStreams;
  findMxHosts: FindMxHosts;
  limits: ServerLimits;
  /** Hosts that take our inbound mail: an inbound domain's MX names one of them, best the first. */
  mailHosts: readonly [string, ...string[]];
  /** Domain of the inbound addresses. */
  inboundHost: string;
  /** Base of ServerLink, without a slash at the end. */
  publicUrl(): string;
};
