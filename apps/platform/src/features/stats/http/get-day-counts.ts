// GET /stats/outbound/…: the twelve series of counts by day. They differ in what they count and in nothing else.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readStats } from '../read-stats.ts';
import { countersOf, type Series, toWireSeries } from '../wire-rules.ts';
import { readStatsFilter, type StreamsOf, statsQuery } from './stats-filters.ts';

type SeriesEndpoint = Series & { path: string; summary: string };

export const seriesEndpoints: readonly SeriesEndpoint[] = [
  { path: '/sends', summary: 'Counts what was sent.', keys: { names: { sent: 'Sent' } }, always: ['Sent'] },
  {
    path: '/bounces',
    summary: 'Counts bounces by type.',
    keys: { labelsOf: 'bounces' },
    always: ['HardBounce', 'SMTPApiError', 'SoftBounce', 'Transient'],
  },
  {
    path: '/spam',
    summary: 'Counts spam complaints.',
    keys: { names: { complaints: 'SpamComplaint' } },
    always: ['SpamComplaint'],
  },
  {
    path: '/tracked',
    summary: 'Counts what was sent with open or link tracking.',
    keys: { names: { tracked: 'Tracked' } },
    always: ['Tracked'],
  },
  {
    path: '/opens',
    summary: 'Counts opens, and first opens of a recipient.',
    keys: { names: { opens: 'Opens', unique_opens: 'Unique', human_opens: 'Human' } },
    always: ['Human', 'Opens', 'Unique'],
  },
  {
    path: '/opens/platforms',
    summary: 'Counts first opens by platform.',
    keys: { labelsOf: 'open_platforms' },
    always: ['Desktop', 'Mobile', 'Unknown', 'WebMail'],
  },
  {
    path: '/opens/emailclients',
    summary: 'Counts first opens by mail client; those that are not known are left out.',
    keys: { labelsOf: 'open_clients' },
    always: [],
  },
  {
    path: '/opens/readtimes',
    summary: 'Counts first opens by the time that was read.',
    keys: { labelsOf: 'open_read_times' },
    always: [],
  },
  {
    path: '/clicks',
    summary: "Counts clicks, and a recipient's first ones on each link.",
    keys: { names: { clicks: 'Clicks', unique_clicks: 'Unique', human_clicks: 'Human' } },
    always: ['Clicks', 'Human', 'Unique'],
  },
  {
    path: '/clicks/browserfamilies',
    summary: 'Counts clicks by family of browser; those that are not known are left out.',
    keys: { labelsOf: 'click_browsers' },
    always: [],
  },
  {
    path: '/clicks/platforms',
    summary: 'Counts clicks by platform.',
    keys: { labelsOf: 'click_platforms' },
    always: ['Desktop', 'Mobile', 'Unknown'],
  },
  {
    path: '/clicks/location',
    summary: 'Counts clicks by the part of the message that the link stands in.',
    keys: { labelsOf: 'click_locations' },
    always: ['HTML', 'Text'],
  },
];

export function getDayCounts(streamsOf: StreamsOf): Endpoint[] {
  return seriesEndpoints.map(series => {
    const counts = Object.fromEntries(series.always.map(key => [key, Type.Integer()]));
    const totals = Object.fromEntries(series.always.map(key => [key, Type.Optional(Type.Integer())]));
    return defineEndpoint({
      method: 'GET',
      path: `/stats/outbound${series.path}`,
      token: 'server',
      group: 'Stats',
      summary: series.summary,
      query: statsQuery,
      response: Type.Object({ Days: Type.Array(Type.Object({ Date: Type.String(), ...counts })), ...totals }),
      async handle({ query, server: { serverId }, reads, now }) {
        const filter = await readStatsFilter(query, serverId, streamsOf);
        const wanted = { counters: countersOf(series), byDay: true };
        return toWireSeries(series, await readStats(reads, serverId, wanted, filter, now));
      },
    });
  });
}
