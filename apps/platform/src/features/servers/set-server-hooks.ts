// Changes the hook URLs of a server, and the webhooks that stand behind them, in one transaction.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { Refusal } from '../../refusals.ts';
import type { ServerHooksChanged } from './ports.ts';
import { hookUrlFields, noServerHooks, type ServerHooks } from './server-hooks.ts';
import { lockServerHooks, updateServerHooks } from './store.ts';

function isHookUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

/** What is left out stays as it is; '' takes a URL away. Answers all hooks. @throws Refusal server_not_found, hook_url_invalid. */
export async function setServerHooks(
  tx: Tx,
  keyRing: KeyRing,
  hooksChanged: ServerHooksChanged,
  serverId: number,
  change: Partial<ServerHooks>,
  now: Date,
): Promise<ServerHooks> {
  const stored = await lockServerHooks(tx, serverId);
  if (!stored) throw new Refusal('server_not_found');
  const hooks = { ...openServerHooks(keyRing, stored.hooksEncrypted), ...change };
  for (const field of hookUrlFields)
    if (hooks[field] !== '' && !isHookUrl(hooks[field])) throw new Refusal('hook_url_invalid');
  await updateServerHooks(tx, serverId, keyRing.encrypt(JSON.stringify(hooks)));
  await hooksChanged(tx, serverId, hooks, now);
  return hooks;
}

/** Null is a server whose hooks were never set. */
export function openServerHooks(keyRing: KeyRing, sealed: Buffer | null): ServerHooks {
  if (sealed === null) return noServerHooks;
  return { ...noServerHooks, ...JSON.parse(keyRing.decrypt(sealed).toString('utf8')) };
}
