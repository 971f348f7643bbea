// The goals of the benches, as ratios to a reference of the same run. `firstStep` is what a release must reach.

export type Goal = { what: string; firstStep: number; goal: number };

export const goals = {
  acceptSingle: { what: 'single sends, 64 connections, to Postfix accepting', firstStep: 1, goal: 2 },
  acceptBatch: { what: 'batches of 500, to Postfix accepting', firstStep: 2, goal: 4 },
  acceptSingleBare: { what: 'single sends, 64 connections, to the bare insert', firstStep: 0.4, goal: 0.7 },
  acceptBatchBare: { what: 'batches of 500, to the bare insert', firstStep: 0.4, goal: 0.7 },
  submit: { what: 'SMTP submission, 20 sessions, to Postfix accepting', firstStep: 1, goal: 2 },
  submitPipelined: { what: 'the same with pipelined commands', firstStep: 1, goal: 2 },
  deliverSigned: { what: 'RSA-2048, to Postfix with OpenDKIM RSA-2048', firstStep: 1.5, goal: 3 },
  deliverUnsigned: { what: 'RSA-2048, to Postfix without DKIM', firstStep: 0.6, goal: 1.2 },
  inbound: { what: '50 KB mails from SMTP to the webhook, to Postfix accepting', firstStep: 0.2, goal: 0.5 },
  trackPixel: { what: 'pixels, to a bare Fastify route', firstStep: 0.5, goal: 0.8 },
  trackRedirect: { what: 'redirects, to a bare Fastify route', firstStep: 0.5, goal: 0.8 },
  webhooks: { what: 'calls of a webhook, to a bare undici loop', firstStep: 0.3, goal: 0.6 },
  renderMustache: { what: 'the receipt with 50 lines, to mustache', firstStep: 1, goal: 2 },
  renderHandlebars: { what: 'the receipt with 50 lines, to handlebars', firstStep: 0.5, goal: 1 },
} as const satisfies Record<string, Goal>;

/** Milliseconds of the 99th percentile, at half of the rate that single sends sustain. */
export const latencyGoal = { firstStep: 50, goal: 20 } as const;

/**
 * Milliseconds of processor time of the dearest call for statistics over ten million events. A call waits for nothing else, so
 * on a quiet machine it takes as long.
 */
export const statsGoal = { firstStep: 50, goal: 20 } as const;

export function describeGoal({ what, firstStep, goal }: Goal, reached: number): string[] {
  const verdict = reached >= goal ? 'goal reached' : reached >= firstStep ? 'first step reached' : 'NOT reached';
  return [what, `${reached.toFixed(2)} ×`, `${firstStep} ×`, `${goal} ×`, verdict];
}

export function describeLatencyGoal(milliseconds: number): string[] {
  return describeMilliseconds('p99 at half of the rate', milliseconds, latencyGoal);
}

function describeMilliseconds(
  what: string,
  milliseconds: number,
  { firstStep, goal }: { firstStep: number; goal: number },
): string[] {
  const verdict =
    milliseconds <= goal ? 'goal reached' : milliseconds <= firstStep ? 'first step reached' : 'NOT reached';
  return [what, `${milliseconds.toFixed(1)} ms`, `${firstStep} ms`, `${goal} ms`, verdict];
}

export function describeStatsGoal(milliseconds: number): string[] {
  return describeMilliseconds('processor time of the dearest call for statistics', milliseconds, statsGoal);
}
