// GET /stats/outbound: everything that is counted, without days.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { Counter } from '../counting-rules.ts';
import { readStats } from '../read-stats.ts';
import { toWireOverview } from '../wire-rules.ts';
import { readStatsFilter, type StreamsOf, statsQuery } from './stats-filters.ts';

const shown: readonly Counter[] = [
  'sent',
  'bounces',
  'complaints',
  'tracked',
  'opens',
  'unique_opens',
  'clicks',
  'unique_clicks',
  'client_opens',
  'link_tracked',
  'open_tracked',
  'tracked_links',
  'human_opens',
  'human_clicks',
];

const count = Type.Integer();
const rate = Type.Number({ description: 'Percent of Sent, with three decimals.' });

export function getOutboundOverview(streamsOf: StreamsOf): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/stats/outbound',
    token: 'server',
    group: 'Stats',
    summary: 'Counts everything that was sent and what became of it, by recipient.',
    query: statsQuery,
    response: Type.Object({
      Sent: count,
      Bounced: count,
      SMTPApiErrors: count,
      BounceRate: rate,
      SpamComplaints: count,
      SpamComplaintsRate: rate,
      Tracked: count,
      Opens: count,
      UniqueOpens: count,
      TotalClicks: count,
      UniqueLinksClicked: count,
      WithClientRecorded: count,
      WithPlatformRecorded: count,
      WithReadTimeRecorded: count,
      WithLinkTracking: count,
      WithOpenTracking: count,
      TotalTrackedLinksSent: count,
      HumanOpens: Type.Integer({ description: 'Recipients who are believed to have opened it themselves. Ours.' }),
      HumanLinksClicked: Type.Integer({
        description: 'Links that recipients are believed to have clicked themselves. Ours.',
      }),
    }),
    async handle({ query, server: { serverId }, reads, now }) {
      const filter = await readStatsFilter(query, serverId, streamsOf);
      return toWireOverview(await readStats(reads, serverId, { counters: shown, byDay: false }, filter, now));
    },
  });
}
