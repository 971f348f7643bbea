// GET /webhooks/{id}/statistics: how the attempts of the last 24 hours went. Source: Postmark's Webhooks API of 2026. It
// leaves the unit of SuccessRate open: percent here.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { triggerNames, type Webhook } from '../../webhooks/webhook.ts';
import type { FindEndpoint } from '../find-endpoint.ts';
import { readStatistics } from '../read-statistics.ts';

const metricsSchema = Type.Object({
  TotalRequests: Type.Integer(),
  SuccessCount: Type.Integer(),
  FailureCount: Type.Integer(),
  RetryCount: Type.Integer(),
  SuccessRate: Type.Number({ description: 'Percent; 0 without requests.' }),
  SlowCount: Type.Integer({ description: 'From 5 up to 20 seconds.' }),
  VerySlowCount: Type.Integer({ description: 'From 20 seconds.' }),
  AverageTerminalResponseTimeMs: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Of attempts that ended their call.',
  }),
  AverageRetryResponseTimeMs: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Of attempts after the first.',
  }),
});

type Counts = Awaited<ReturnType<typeof readStatistics>>['all'];

function average(total: number, count: number): number | null {
  return count === 0 ? null : Math.round(total / count);
}

function toWireMetrics(counts: Counts) {
  const rate = counts.requests === 0 ? 0 : (counts.successes / counts.requests) * 100;
  return {
    TotalRequests: counts.requests,
    SuccessCount: counts.successes,
    FailureCount: counts.failures,
    RetryCount: counts.retries,
    SuccessRate: Math.round(rate * 100) / 100,
    SlowCount: counts.slow,
    VerySlowCount: counts.verySlow,
    AverageTerminalResponseTimeMs: average(counts.terminalMilliseconds, counts.terminalRequests),
    AverageRetryResponseTimeMs: average(counts.retryMilliseconds, counts.retries),
  };
}

/** Of each enabled trigger. One that gets no events for now, as not verified or failing, is `unverified`, as Postmark shows it. */
function statusesOf(webhook: Webhook): Record<string, 'verified' | 'unverified'> {
  const status = webhook.isVerified && webhook.state !== 'failing' ? 'verified' : 'unverified';
  const enabled = triggerNames.filter(trigger => webhook.triggers.includes(trigger));
  return Object.fromEntries(enabled.map(trigger => [trigger, status]));
}

export function getWebhookStatistics(findEndpoint: FindEndpoint): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/webhooks/:webhookid/statistics',
    token: 'server',
    group: 'Webhooks',
    summary: 'Figures of the attempts of the last 24 hours.',
    response: Type.Object({
      WebhookId: Type.Integer(),
      ServerId: Type.Integer(),
      MessageStreamId: Type.String(),
      Url: Type.String(),
      Statuses: Type.Record(Type.String(), Type.String()),
      TimeRange: Type.Object({ StartTime: Type.String(), EndTime: Type.String(), Hours: Type.Integer() }),
      Metrics: metricsSchema,
      MetricsByTrigger: Type.Record(Type.String(), metricsSchema),
    }),
    async handle(call) {
      const webhook = await findEndpoint(call.reads, call.server.serverId, call.pathNumber('webhookid'));
      const { from, to, all, byTrigger } = await readStatistics(call.reads, webhook, call.now);
      return {
        WebhookId: webhook.webhookId,
        ServerId: webhook.serverId,
        MessageStreamId: webhook.streamId,
        Url: webhook.target.url,
        Statuses: statusesOf(webhook),
        TimeRange: { StartTime: toWireDate(from), EndTime: toWireDate(to), Hours: 24 },
        Metrics: toWireMetrics(all),
        MetricsByTrigger: Object.fromEntries(
          [...byTrigger].map(([trigger, counts]) => [trigger, toWireMetrics(counts)]),
        ),
      };
    },
  });
}
