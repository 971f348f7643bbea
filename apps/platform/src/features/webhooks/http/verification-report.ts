// What verifying a URL has found, as Postmark's Webhooks API tells it.

import { STATUS_CODES } from 'node:http';
import { Type } from 'typebox';
import { Refusal } from '../../../refusals.ts';
import type { SampleAnswer } from '../call-samples.ts';

export const verificationReportSchema = Type.Object({
  Id: Type.Integer(),
  Url: Type.String(),
  Success: Type.Boolean(),
  Results: Type.Array(
    Type.Object({
      TriggerType: Type.String(),
      Success: Type.Boolean(),
      StatusCode: Type.Integer({ description: '0 when nothing was answered.' }),
      Message: Type.String(),
    }),
  ),
  Message: Type.String(),
});
export type VerificationReport = Type.Static<typeof verificationReportSchema>;

/** The code and the text of an answer, or 0 and what went wrong. */
export function describeOutcome({ outcome }: SampleAnswer): { StatusCode: number; Message: string } {
  if (outcome.kind === 'failed') return { StatusCode: 0, Message: outcome.text };
  return { StatusCode: outcome.status, Message: STATUS_CODES[outcome.status] ?? '' };
}

/** Exactly 200 counts. `webhookId` is 0 for a webhook that is not there yet. */
export function toVerificationReport(
  webhookId: number,
  url: string,
  answers: readonly SampleAnswer[],
): VerificationReport {
  const results = answers.map(answer => {
    const { StatusCode, Message } = describeOutcome(answer);
    return { TriggerType: answer.trigger, Success: StatusCode === 200, StatusCode, Message };
  });
  const passed = results.filter(result => result.Success).length;
  return {
    Id: webhookId,
    Url: url,
    Success: passed === results.length,
    Results: results,
    Message: `${passed}/${results.length} triggers verified successfully`,
  };
}

/** @throws Refusal webhook_url_check_failed, with the report beside the usual fields. */
export function refuseUnlessVerified(report: VerificationReport): void {
  const { Message, ...rest } = report;
  if (!report.Success) throw new Refusal('webhook_url_check_failed', Message, rest);
}
