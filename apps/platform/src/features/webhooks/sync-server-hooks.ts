// Keeps the hidden webhooks in step with a server's own hook URLs. Source: Postmark's Server API, and its change of 2018
// that split spam complaints off from bounces: BounceHookUrl has received both since before.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { inboundTargetOf } from '../servers/inbound-action.ts';
import type { ServerHooksChanged } from '../servers/ports.ts';
import type { ServerHooks } from '../servers/server-hooks.ts';
import { sealSigningKeys, sealTarget } from './seal-webhook.ts';
import { makeSigningKey } from './signing-keys.ts';
import { deleteServerHookRows, upsertServerHookRow, upsertSwitches } from './store.ts';
import type { CallTrigger, ServerHookName, SigningKey } from './webhook.ts';

type HookDefinition = {
  serverHook: ServerHookName;
  urlOf: (hooks: ServerHooks) => string;
  streamId: string;
  triggers: readonly CallTrigger[];
};

const definitions: readonly HookDefinition[] = [
  {
    serverHook: 'bounce',
    urlOf: hooks => hooks.bounceHookUrl,
    streamId: 'outbound',
    triggers: ['Bounce', 'SpamComplaint'],
  },
  { serverHook: 'open', urlOf: hooks => hooks.openHookUrl, streamId: 'outbound', triggers: ['Open'] },
  { serverHook: 'delivery', urlOf: hooks => hooks.deliveryHookUrl, streamId: 'outbound', triggers: ['Delivery'] },
  { serverHook: 'click', urlOf: hooks => hooks.clickHookUrl, streamId: 'outbound', triggers: ['Click'] },
  { serverHook: 'inbound', urlOf: inboundTargetOf, streamId: 'inbound', triggers: ['Inbound'] },
];

/** `makeKey` makes the first signing key of a hook that was not there. */
export function createServerHooksSync(
  keyRing: KeyRing,
  makeKey: (now: Date) => SigningKey = now => makeSigningKey('hmac', now),
): ServerHooksChanged {
  return async (tx, serverId, hooks, now) => {
    const gone = definitions.filter(definition => definition.urlOf(hooks) === '');
    await deleteServerHookRows(
      tx,
      serverId,
      gone.map(definition => definition.serverHook),
    );
    for (const definition of definitions)
      if (definition.urlOf(hooks) !== '') await saveHook(tx, keyRing, makeKey, serverId, definition, hooks, now);
    await upsertSwitches(tx, serverId, hooks.enableSmtpApiErrorHooks);
  };
}

async function saveHook(
  tx: Tx,
  keyRing: KeyRing,
  makeKey: (now: Date) => SigningKey,
  serverId: number,
  { serverHook, urlOf, streamId, triggers }: HookDefinition,
  hooks: ServerHooks,
  now: Date,
): Promise<void> {
  const includesContent = serverHook === 'bounce' && hooks.includeBounceContentInHook;
  const target = { url: urlOf(hooks), httpAuth: null, httpHeaders: [] };
  await upsertServerHookRow(
    tx,
    {
      serverId,
      streamId,
      serverHook,
      targetEncrypted: sealTarget(keyRing, target),
      signingKeysEncrypted: sealSigningKeys(keyRing, [makeKey(now)]),
      triggers,
      postsFirstOpenOnly: serverHook === 'open' && hooks.postFirstOpenOnly,
      includesBounceContent: includesContent,
      includesComplaintContent: includesContent,
      isVerified: true,
      retrySchedule: null,
      connectionsMax: null,
      state: 'active',
      stateSince: now,
    },
    now,
  );
}
