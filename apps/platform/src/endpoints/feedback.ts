// Endpoints of bounces and suppressions.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { activateBounce } from '../features/bounces/http/activate-bounce.ts';
import { getBounce } from '../features/bounces/http/get-bounce.ts';
import { getBounceDump } from '../features/bounces/http/get-bounce-dump.ts';
import { getBounceTags } from '../features/bounces/http/get-bounce-tags.ts';
import { getBounces } from '../features/bounces/http/get-bounces.ts';
import { getDeliveryStatistics } from '../features/bounces/http/get-delivery-statistics.ts';
import { createReboundToken, deleteRebound, getRebound } from '../features/bounces/http/rebound-settings.ts';
import type { ReadDumps } from '../features/bounces/read-dumps.ts';
import type { RecordEvents } from '../features/events/record-events.ts';
import { createSuppressions } from '../features/suppressions/http/create-suppressions.ts';
import { deleteSuppressions } from '../features/suppressions/http/delete-suppressions.ts';
import { exportSuppressions } from '../features/suppressions/http/export-suppressions.ts';
import { getSuppressions } from '../features/suppressions/http/get-suppressions.ts';
import { importSuppressions } from '../features/suppressions/http/import-suppressions.ts';
import { listScopes } from '../features/suppressions/http/list-of-call.ts';
import { searchSuppressions } from '../features/suppressions/http/search-suppressions.ts';

export type FeedbackEndpointDeps = {
  recordEvents: RecordEvents;
  readDumps: ReadDumps;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
};

export function feedbackEndpoints(deps: FeedbackEndpointDeps): Endpoint[] {
  return [...bounceEndpoints(deps), ...suppressionEndpoints(deps)];
}

function bounceEndpoints({ streamsOf, readDumps, recordEvents }: FeedbackEndpointDeps): Endpoint[] {
  return [
    getDeliveryStatistics(),
    getBounces(streamsOf),
    getBounceTags(),
    getBounce(readDumps),
    getBounceDump(readDumps),
    activateBounce(readDumps, recordEvents),
    getRebound(),
    createReboundToken(),
    deleteRebound(),
  ];
}

function suppressionEndpoints({ streamsOf, recordEvents }: FeedbackEndpointDeps): Endpoint[] {
  const ofLists = listScopes(streamsOf).flatMap(scope => [
    getSuppressions(scope),
    createSuppressions(scope, recordEvents),
    deleteSuppressions(scope, recordEvents),
    exportSuppressions(scope),
    importSuppressions(scope, recordEvents),
  ]);
  return [...ofLists, searchSuppressions()];
}
