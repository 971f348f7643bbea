// Endpoints of statistics.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { getDayCounts } from '../features/stats/http/get-day-counts.ts';
import { getOutboundOverview } from '../features/stats/http/get-outbound-overview.ts';
import type { StreamsOf } from '../features/stats/http/stats-filters.ts';

export type StatsEndpointDeps = { streamsOf: StreamsOf };

export function statsEndpoints({ streamsOf }: StatsEndpointDeps): Endpoint[] {
  return [getOutboundOverview(streamsOf), ...getDayCounts(streamsOf)];
}
