// Calls a webhook's URL with samples of what it would receive, to verify it or to let its owner try it. Each sample is
// signed and carries everything that a real call carries, so that a receiver can be tried in earnest.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import { samplePayload, sampleSmtpApiError } from './payloads/sample-payloads.ts';
import type { CallOutcome, CallUrl } from './ports.ts';
import { prepareCall } from './prepare-call.ts';
import type { CallTrigger, Webhook } from './webhook.ts';

/** An error of SMTP submission is posted as a Bounce, and has a sample of its own. */
export type SampleName = CallTrigger | 'SMTPApiError';

export type SampleAnswer = { trigger: SampleName; body: string; outcome: CallOutcome };

/** One call for each sample, all at the same time; the answers are in the order of the names. Never rejects. */
export type CallSamples = (
  webhook: Pick<Webhook, 'serverId' | 'streamId' | 'target' | 'signingKeys'>,
  names: readonly SampleName[],
) => Promise<SampleAnswer[]>;

/** Somebody waits for the answer of the API meanwhile, so that this is far below the time that a real call has. */
const answerSecondsMaxByDefault = 20;

export function createCallSamples(deps: {
  callUrl: CallUrl;
  makeCallId: UuidSource;
  clock: Clock;
  answerSecondsMax?: number;
}): CallSamples {
  const { callUrl, makeCallId, clock, answerSecondsMax = answerSecondsMaxByDefault } = deps;
  return (webhook, names) =>
    Promise.all(
      names.map(async (trigger): Promise<SampleAnswer> => {
        const at = clock.now();
        const payload =
          trigger === 'SMTPApiError' ? sampleSmtpApiError(webhook, at) : samplePayload(trigger, webhook, at);
        const body = JSON.stringify(payload);
        // Inbound calls carry no count of retries; those of a sample are none.
        const retriesRemaining = trigger === 'Inbound' ? undefined : 0;
        const call = prepareCall(webhook, { callId: makeCallId(), eventId: undefined, body, retriesRemaining, at });
        return { trigger, body, outcome: await within(answerSecondsMax, callUrl(call)) };
      }),
    );
}

function within(seconds: number, call: Promise<CallOutcome>): Promise<CallOutcome> {
  return new Promise((resolve, reject) => {
    const milliseconds = seconds * 1000;
    const text = `no answer within ${seconds} seconds`;
    const timer = setTimeout(resolve, milliseconds, { kind: 'failed', failure: 'timeout', text, milliseconds });
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
