// Puts together the calls of webhooks in one process: the caller, and the engine that takes leases and makes them.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { coalesceNotify } from '@pennyblack/runtime/database/coalesced-notify.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { buildForwardMail } from './build-forward.ts';
import type { WebhookCaller } from './build-webhook-http.ts';
import type { Settings } from './config.ts';
import type { ReadDumps } from './features/bounces/read-dumps.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import type { WithPost } from './features/inbound/read-posts.ts';
import type { Lease } from './features/processes/hold-lease.ts';
import { createAttemptCall } from './features/webhook-calls/attempt-call.ts';
import type { EndpointKey } from './features/webhook-calls/call.ts';
import { type CallEngine, createCallEngine } from './features/webhook-calls/call-engine.ts';
import type { OnAttempt } from './features/webhook-calls/ports.ts';

const callsChannel = 'pennyblack_webhook_calls';

export type WebhookCalls = {
  /** Undefined in a process without the role. */
  engine: CallEngine | undefined;
  /** Says which webhooks have something to do: to the engine here, or to the processes that have one. */
  hint(endpoints: readonly EndpointKey[]): void;
};

export type WebhookCallDeps = {
  settings: Settings;
  db: Database;
  keyRing: KeyRing;
  clock: Clock;
  random: Random;
  log: Log;
  lease: () => Lease;
  recordEvents: RecordEvents;
  readDumps: ReadDumps;
  withPost: WithPost;
  urlCaller: WebhookCaller;
  onAttempt: OnAttempt;
};

export async function buildWebhookCalls(deps: WebhookCallDeps): Promise<WebhookCalls> {
  const { settings, db, log } = deps;
  const tellOthers = coalesceNotify(
    () => db.listener.notify(callsChannel, ''),
    error => log.warn({ error }, 'processes that call webhooks could not be told of new calls'),
  );
  if (!settings.roles.has('webhooks')) return { engine: undefined, hint: tellOthers };

  const engine = createCallEngine({
    db,
    keyRing: deps.keyRing,
    readDumps: deps.readDumps,
    clock: deps.clock,
    recordEvents: deps.recordEvents,
    attempt: createAttemptCall({
      callUrl: deps.urlCaller.call,
      withPost: deps.withPost,
      forwardMail: buildForwardMail(deps),
      clock: deps.clock,
      onAttempt: (outcome, about) => {
        deps.onAttempt(outcome, about);
        logAttempt(log, outcome, about);
      },
      onError: (error, { callId, webhookId }) => log.error({ error, callId, webhookId }, 'a webhook call is faulty'),
    }),
    closeCalls: deps.urlCaller.close,
    processNumber: () => deps.lease().processNumber(),
    tellOthers,
    onError: (error, what) => log.warn({ error }, what),
    settings: { retrySchedule: settings.webhookSchedule, connectionsMax: settings.webhookConnectionsMax },
  });
  await db.listener.listen(callsChannel, engine.wake, engine.wake);
  return { engine, hint: engine.hint };
}

/** Ids and figures only: a URL may hold a secret, and an answer may repeat what was sent. */
function logAttempt(log: Log, outcome: Parameters<OnAttempt>[0], about: Parameters<OnAttempt>[1]): void {
  const { serverId, webhookId, callId, trigger } = about;
  const result = outcome.kind === 'answered' ? { status: outcome.status } : { failure: outcome.failure };
  log.debug(
    { serverId, webhookId, callId, trigger, ...result, milliseconds: outcome.milliseconds },
    'a webhook was called',
  );
}
