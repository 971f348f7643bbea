// GET /deliverystats: how many bounces of each type the server has.

import { bounceTypeByName, bounceTypeNames } from '@pennyblack/email/bounces/bounce-types.ts';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { countBouncesByType } from '../read-bounces.ts';

export function getDeliveryStatistics(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/deliverystats',
    token: 'server',
    group: 'Bounces',
    summary: 'Counts the bounces of the server by type.',
    response: Type.Object({
      InactiveMails: Type.Integer(),
      Bounces: Type.Array(
        Type.Object({ Type: Type.Optional(Type.String()), Name: Type.String(), Count: Type.Integer() }),
      ),
    }),
    async handle({ reads, server }) {
      const counts = await countBouncesByType(reads, server.serverId);
      const byType = new Map(counts.map(({ type, count }) => [type, count]));
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      // The first row has no type, and only types that occur have a row: so it was recorded from the real service.
      return {
        InactiveMails: sum(counts.map(({ inactive }) => inactive)),
        Bounces: [
          { Name: 'All', Count: sum(counts.map(({ count }) => count)) },
          ...bounceTypeNames.flatMap(type => {
            const count = byType.get(type);
            return count === undefined ? [] : [{ Type: type, Name: bounceTypeByName[type].name, Count: count }];
          }),
        ],
      };
    },
  });
}
