// GET /domains/{id}/dns-records, an extension: every record that the owner of the domain publishes, ready to copy.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readOwnDomain } from '../find-domain.ts';
import { recordsOfDomain, type WantedRecord } from '../list-dns-records.ts';
import type { DomainDeps } from '../ports.ts';

const recordSchema = Type.Object({
  Purpose: Type.String(),
  Type: Type.String(),
  Host: Type.String(),
  Value: Type.String(),
  Required: Type.Boolean(),
  Note: Type.String(),
  State: Type.Enum(['Found', 'Missing', 'Different', 'Unknown', 'NotChecked']),
  FoundValue: Type.String(),
  CheckedAt: Type.String(),
});

const states = {
  found: 'Found',
  missing: 'Missing',
  different: 'Different',
  unknown: 'Unknown',
} as const;

function toRecord(record: WantedRecord) {
  return {
    Purpose: record.purpose,
    Type: record.type,
    Host: record.name,
    Value: record.value,
    Required: record.isRequired,
    Note: record.note,
    State: record.state ? states[record.state] : 'NotChecked',
    FoundValue: record.foundValue ?? '',
    CheckedAt: record.checkedAt ? toWireDate(record.checkedAt) : '',
  };
}

export function getDomainDnsRecords(deps: DomainDeps): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/domains/:domainid/dns-records',
    token: 'account',
    group: 'Domains',
    summary: 'Lists every DNS record of a domain, ready to copy, with what the DNS says (extension).',
    response: Type.Object({ DomainID: Type.Integer(), Domain: Type.String(), Records: Type.Array(recordSchema) }),
    async handle(call) {
      const domain = await readOwnDomain(call.reads, call.account.accountId, call.pathNumber('domainid'));
      const records = recordsOfDomain(domain, deps.hosts, call.now);
      return { DomainID: domain.domainId, Domain: domain.name, Records: records.map(toRecord) };
    },
  });
}
