// GET /server/inbound/dns-records, an extension: the MX record of the server's inbound domain, ready to copy.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { type InboundRecord, readInboundRecord } from '../inbound-records.ts';
import type { ServerDeps } from '../ports.ts';

const recordSchema = Type.Object({
  Purpose: Type.String(),
  Type: Type.String(),
  Host: Type.String(),
  Value: Type.String(),
  Required: Type.Boolean(),
  Note: Type.String({ description: 'What is missing; empty when mail comes here.' }),
  State: Type.Enum(['Found', 'Missing', 'Different', 'Unknown']),
  FoundValue: Type.String(),
  CheckedAt: Type.String(),
});

const states = { ours: 'Found', missing: 'Missing', elsewhere: 'Different', unknown: 'Unknown' } as const;

function toRecord(record: InboundRecord, now: Date) {
  return {
    Purpose: 'Inbound',
    Type: 'MX',
    Host: record.name,
    Value: record.value,
    Required: true,
    Note: record.warning ?? '',
    State: states[record.standing],
    FoundValue: record.foundHosts.join(', '),
    CheckedAt: toWireDate(now),
  };
}

export function getInboundDnsRecords(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/server/inbound/dns-records',
    token: 'server',
    group: 'Servers',
    summary: 'Shows the MX record of the inbound domain, with what the DNS says about it now (extension).',
    response: Type.Object({
      InboundAddress: Type.String(),
      InboundDomain: Type.String(),
      Records: Type.Array(recordSchema),
    }),
    async handle(call) {
      const { inboundAddress, record } = await readInboundRecord(call.reads, deps, call.server.serverId);
      return {
        InboundAddress: inboundAddress,
        InboundDomain: record?.name ?? '',
        Records: record ? [toRecord(record, call.now)] : [],
      };
    },
  });
}
