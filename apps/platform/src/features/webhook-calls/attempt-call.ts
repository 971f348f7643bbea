// Makes one attempt: the payload of the event, or of the mail it is about, headers and signature, and the call itself.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { StoredEvent } from '../events/event.ts';
import type { ForwardEnd, ForwardMail } from '../inbound/forward-mail.ts';
import type { WithPost } from '../inbound/read-posts.ts';
import { readForwardTarget } from '../servers/inbound-action.ts';
import { buildPayload } from '../webhooks/payloads/build-payload.ts';
import type { CallOutcome, CallUrl } from '../webhooks/ports.ts';
import { prepareCall } from '../webhooks/prepare-call.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import type { OpenCall } from './call.ts';
import type { OnAttempt } from './ports.ts';

export type AttemptCall = (
  webhook: Webhook,
  call: OpenCall,
  event: StoredEvent,
  retriesRemaining: number,
) => Promise<CallOutcome>;

/**
 * The body follows from the event alone, or from the mail that it names, so it is the same at every attempt. Undefined when the
 * mail is gone. It takes memory until `use` ends.
 */
export async function withBody<T>(
  withPost: WithPost,
  { trigger, includesContent }: Pick<OpenCall, 'trigger' | 'includesContent'>,
  event: StoredEvent,
  use: (body: string | undefined) => Promise<T>,
): Promise<T> {
  if (trigger === 'Inbound') return withPost(event, use);
  return use(JSON.stringify(buildPayload(trigger, event, { includesContent })));
}

const mailIsGone: CallOutcome = { kind: 'failed', failure: 'url', text: 'The mail is gone.', milliseconds: 0 };

export function createAttemptCall(deps: {
  callUrl: CallUrl;
  withPost: WithPost;
  forwardMail: ForwardMail;
  clock: Clock;
  onAttempt: OnAttempt;
  onError(error: unknown, call: OpenCall): void;
}): AttemptCall {
  async function attempt(
    webhook: Webhook,
    call: OpenCall,
    event: StoredEvent,
    retriesRemaining: number,
  ): Promise<CallOutcome> {
    try {
      const target = call.trigger === 'Inbound' ? readForwardTarget(webhook.target.url) : undefined;
      if (target) return await forward(target, event);
      const { callId, eventId } = call;
      // Postmark's posts of inbound mail do not say it.
      const remaining = call.trigger === 'Inbound' ? undefined : retriesRemaining;
      return await withBody(deps.withPost, call, event, async body => {
        if (body === undefined) return mailIsGone;
        const about = { callId, eventId, body, retriesRemaining: remaining, at: deps.clock.now() };
        return deps.callUrl(prepareCall(webhook, about));
      });
    } catch (error) {
      // A fault of ours must end as an attempt like any other: the call is tried again, and at last shown as failed.
      deps.onError(error, call);
      return { kind: 'failed', failure: 'url', text: 'The call could not be prepared.', milliseconds: 0 };
    }
  }

  async function forward(...about: Parameters<ForwardMail>): Promise<CallOutcome> {
    const startedAt = performance.now();
    const end = await deps.forwardMail(...about);
    return outcomeOfForward(end, Math.round(performance.now() - startedAt));
  }

  return async (webhook, call, event, retriesRemaining) => {
    const outcome = await attempt(webhook, call, event, retriesRemaining);
    deps.onAttempt(outcome, call);
    return outcome;
  };
}

/** Tells the answer of a mail server from that of a hook. */
export const forwardAnswerPrefix = 'smtp;';

/**
 * In the words of a call, so that all rules about calls hold: taken is 200, put off is 503, and refused for good is 403, which
 * stops at once. The answer has the SMTP reply itself.
 */
function outcomeOfForward(end: ForwardEnd, milliseconds: number): CallOutcome {
  if (end.kind === 'gone') return { ...mailIsGone, milliseconds };
  if (end.kind === 'failed') return { ...end, milliseconds };
  const status = end.isAccepted ? 200 : end.code >= 500 ? 403 : 503;
  return { kind: 'answered', status, answer: `${forwardAnswerPrefix}${end.code} ${end.text}`, milliseconds };
}
