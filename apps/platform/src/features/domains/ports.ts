// What domains need from the world. build-dns.ts fills it with the resolver of the SMTP edge.

import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { RecordEvents } from '../events/record-events.ts';
import type { DomainHosts } from './domain.ts';

/** `failed`: no clear answer from the name servers of the domain. `unreachable`: our own resolvers did not answer at all. */
export type DnsLookUp =
  | { kind: 'records'; records: string[] }
  | { kind: 'absent' }
  | { kind: 'failed' | 'unreachable'; reason: string };

/** TXT records come with their strings joined, aliases followed; a CNAME is one step. Never rejects, keeps nothing. */
export type LookUpDns = (name: string, type: 'TXT' | 'CNAME') => Promise<DnsLookUp>;

/** What the actions on domains work with. */
export type DomainDeps = {
  db: Pool;
  keyRing: KeyRing;
  lookUp: LookUpDns;
  hosts: DomainHosts;
  recordEvents: RecordEvents;
};
