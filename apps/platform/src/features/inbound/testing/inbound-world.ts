// For tests of inbound mail: a world whose events make calls, servers with inbound settings, a taker, and a loop that reads what
// was taken.

import type { TestContext } from 'node:test';
import type { DeliverAnswer } from '../../../edges/smtp-inbound/contract.ts';
import { addServer, makeTestId, testKeyRing } from '../../../testing/test-world.ts';
import { announceDirectoryChange } from '../../accounts/announce-change.ts';
import type { InboundAction } from '../../servers/inbound-action.ts';
import type { ServerChange } from '../../servers/server.ts';
import { setServerHooks } from '../../servers/set-server-hooks.ts';
import { findStoredServer, updateServer } from '../../servers/store.ts';
import { type CallWorld, openCallWorld } from '../../webhook-calls/testing/call-world.ts';
import { createServerHooksSync } from '../../webhooks/sync-server-hooks.ts';
import { createByteBudget } from '../byte-budget.ts';
import { createRouteFinder, type FindRoute } from '../find-route.ts';
import { type InboundLoop, type InboundLoopDeps, startInboundLoop } from '../jobs/inbound-loop.ts';
import { createMailReader } from '../mail-reader.ts';
import { checkNothing } from '../ports.ts';
import { createPostCache } from '../post-cache.ts';
import type { MailEnd } from '../record-mail.ts';
import { createInboundTaker, type TakeInbound } from '../smtp/take-inbound.ts';
import { createMailStore } from '../store-mail.ts';
import { createWorkInHand, type WorkInHand } from '../work-in-hand.ts';

export const hashDomain = 'inbound.shop.test';
export const mailHostname = 'mail.shop.test';

export type InboundServer = { serverId: number; hash: string; token: string };

export type InboundWorld = CallWorld & {
  findRoute: FindRoute;
  addInboundServer(change?: ServerChange, inboundHookUrl?: string): Promise<InboundServer>;
  setHook(serverId: number, inboundHookUrl: string): Promise<void>;
  setAction(serverId: number, inboundAction: InboundAction): Promise<void>;
  /** Takes mail for somebody else to read. */
  take: TakeInbound;
  /** Hands one mail over and expects nothing of the answer. */
  arrive(recipients: string | readonly string[], source: string | Buffer, mailFrom?: string): Promise<DeliverAnswer>;
  /** Reads what was taken, until the test ends or stops it. */
  startReading(t: TestContext, changes?: Partial<InboundLoopDeps>): Reading;
};

export type Reading = { loop: InboundLoop; work: WorkInHand; take: TakeInbound; ends: MailEnd[]; errors: unknown[] };

export async function openInboundWorld(): Promise<InboundWorld> {
  const world = await openCallWorld();
  const { database: db, clock, accountId } = world;
  const findRoute = await createRouteFinder({ db, clock, hashDomain });
  const sync = createServerHooksSync(testKeyRing);
  const reader = createMailReader();

  function takerFor(work: WorkInHand | undefined, processNumber: number): TakeInbound {
    const store = createMailStore({ db: db.accept, now: clock.now, work, processNumber: () => processNumber });
    return createInboundTaker({ findRoute, store, clock, makeMessageId: makeTestId });
  }
  const take = takerFor(undefined, 0);

  const setHook = (serverId: number, inboundHookUrl: string) =>
    db.accept.transaction(async tx => {
      await setServerHooks(tx, testKeyRing, sync, serverId, { inboundHookUrl }, clock.now());
    });

  // The same object: a test sets the receiver of the world that it calls.
  return Object.assign(world, {
    findRoute,
    take,
    setHook,
    setAction: (serverId, inboundAction) =>
      db.accept.transaction(async tx => {
        await setServerHooks(tx, testKeyRing, sync, serverId, { inboundAction }, clock.now());
      }),
    addInboundServer: async (change = {}, inboundHookUrl = '') => {
      const { serverId, token } = await addServer(db.accept, accountId, 'Live');
      await db.accept.transaction(async tx => {
        await updateServer(tx, serverId, change);
        await announceDirectoryChange(tx);
      });
      if (inboundHookUrl !== '') await setHook(serverId, inboundHookUrl);
      const server = await findStoredServer(db.reads, serverId, undefined);
      return { serverId, token, hash: server?.inboundHash ?? '' };
    },
    arrive: (recipients, source, mailFrom = 'ann@client.test') => take(mailOf(recipients, source, mailFrom)),
    startReading: (t, changes = {}) => {
      const ends: MailEnd[] = [];
      const errors: unknown[] = [];
      const processNumber = changes.processNumber?.() ?? 4711;
      const work = createWorkInHand({ mailsMax: 100, bytesMax: 10_000_000 }, () => loop.pump());
      const loop: InboundLoop = startInboundLoop({
        db,
        work,
        clock,
        recordEvents: world.recordEvents,
        reader,
        cache: createPostCache(1_000_000),
        budget: createByteBudget(10_000_000),
        checkMail: checkNothing,
        mailHostname,
        processNumber: () => processNumber,
        onEnd: end => ends.push(end),
        onError: error => errors.push(error),
        ...changes,
      });
      t.after(() => loop.stop());
      return { loop, work, take: takerFor(work, processNumber), ends, errors };
    },
  } satisfies Omit<InboundWorld, keyof CallWorld>);
}

export function mailOf(recipients: string | readonly string[], source: string | Buffer, mailFrom = 'ann@client.test') {
  return {
    envelope: { mailFrom, recipients: typeof recipients === 'string' ? [recipients] : recipients },
    source: Buffer.isBuffer(source) ? source : Buffer.from(source),
    client: { address: '203.0.113.7', helo: 'mx.client.test', isEncrypted: true },
  };
}

let lettersMade = 0;

/** A short letter with fields that a test sets; each has another Message-ID. */
export function letter(fields: Readonly<Record<string, string>> = {}, text = 'Hello\r\n'): string {
  lettersMade += 1;
  const all = {
    From: 'Ann Berg <ann@client.test>',
    To: 'Support <help@in.shop.test>',
    Subject: 'Order 1042',
    Date: 'Tue, 4 Mar 2025 15:02:11 +0100',
    'Message-ID': `<${lettersMade}@client.test>`,
    ...fields,
  };
  const header = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${header.join('')}\r\n${text}`;
}
