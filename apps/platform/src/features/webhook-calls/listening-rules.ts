// Decides which webhooks hear of an event. Pure. Source: Postmark's Webhooks API and the hook settings of its servers.

import type { StoredEvent } from '../events/event.ts';
import type { CallTrigger } from '../webhooks/webhook.ts';

/** What is asked of each webhook for each event; without the secrets. */
export type Listener = {
  serverId: number;
  webhookId: number;
  streamId: string;
  triggers: readonly CallTrigger[];
  postsFirstOpenOnly: boolean;
  includesBounceContent: boolean;
  includesComplaintContent: boolean;
  /** The server's switch EnableSmtpApiErrorHooks. */
  postsSmtpApiErrors: boolean;
};

export function isListening(listener: Listener, event: StoredEvent, trigger: CallTrigger): boolean {
  if (listener.serverId !== event.serverId || listener.streamId !== event.streamId) return false;
  if (!listener.triggers.includes(trigger)) return false;
  if (trigger === 'Open' && listener.postsFirstOpenOnly && event.details.isFirst === false) return false;
  return event.details.type !== 'SMTPApiError' || listener.postsSmtpApiErrors;
}

export function includesContent(listener: Listener, trigger: CallTrigger): boolean {
  if (trigger === 'Bounce') return listener.includesBounceContent;
  return trigger === 'SpamComplaint' && listener.includesComplaintContent;
}
