// Lists the DNS records that somebody has to publish, complete and ready to copy, with what the DNS says about them.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import type { DkimKey, DnsRecord, DomainHosts, DomainWithRecords, RecordState } from './domain.ts';
import { readDomainByName } from './find-domain.ts';
import { isSafeToRemove, layOutKeys } from './key-rules.ts';
import { dkimRecord, spfValue } from './record-fields.ts';

export type RecordPurpose =
  | 'DKIM'
  | 'ReturnPath'
  | 'SPF'
  | 'DMARC'
  | 'Tracking'
  | 'Inbound'
  | 'MTA-STS'
  | 'Address'
  | 'PTR';

export type WantedRecord = DnsRecord & {
  purpose: RecordPurpose;
  /** Whether mail suffers without it, or it is advice. */
  isRequired: boolean;
  /** One sentence: what it is for. */
  note: string;
  /** As last seen; undefined where nobody looks. */
  state?: RecordState | 'unknown';
  foundValue?: string | null;
  checkedAt?: Date;
  failure?: string | null;
};

function seen(domain: DomainWithRecords, host: string): Partial<WantedRecord> {
  const check = domain.checks.find(one => one.host === host);
  if (!check) return {};
  const { state, foundValue, checkedAt, failure } = check;
  return { state: state ?? 'unknown', foundValue, checkedAt, failure };
}

function dkimRecords(domain: DomainWithRecords, now: Date): WantedRecord[] {
  const { active, pending, revoked } = layOutKeys(domain.keys);
  const want = (key: DkimKey | undefined, isRequired: boolean, note: string): WantedRecord[] => {
    if (!key) return [];
    const record = dkimRecord(key, domain.name);
    return [{ ...record, purpose: 'DKIM', isRequired, note, ...seen(domain, record.name) }];
  };
  const overlap = (key: DkimKey | undefined) =>
    key && key.revokedAt !== null && !isSafeToRemove(key, now)
      ? want(key, true, 'DKIM, the key before: keep it until mail on its way has arrived.')
      : [];
  return [
    ...want(active.rsa, true, 'DKIM, RSA: signs now.'),
    ...want(pending.rsa, true, 'DKIM, RSA: signs as soon as this record is seen.'),
    ...want(active.ed25519, false, 'DKIM, Ed25519: the second signature, signs now.'),
    ...want(pending.ed25519, false, 'DKIM, Ed25519: a second signature, once this record is seen.'),
    ...overlap(revoked.rsa),
  ];
}

/** What the owner of a sending domain publishes. */
export function recordsOfDomain(domain: DomainWithRecords, hosts: DomainHosts, now: Date): WantedRecord[] {
  const { name } = domain;
  const returnPath = domain.returnPathDomain ?? `pm-bounces.${name}`;
  const tracking = domain.customTrackingDomain ?? `track.${name}`;
  return [
    ...dkimRecords(domain, now),
    {
      purpose: 'ReturnPath',
      type: 'CNAME',
      name: returnPath,
      value: hosts.mailHost,
      isRequired: domain.returnPathDomain !== null,
      note:
        domain.returnPathDomain === null
          ? "SPF alignment. Advice: set this name as the domain's ReturnPathDomain, too."
          : 'SPF alignment: the host of return paths.',
      ...seen(domain, returnPath),
    },
    {
      purpose: 'DMARC',
      type: 'TXT',
      name: `_dmarc.${name}`,
      value: `v=DMARC1; p=none; rua=mailto:dmarc@${name}`,
      isRequired: false,
      note: 'The large providers want one. Name a mailbox of your own; tighten p= once the reports are clean.',
    },
    {
      purpose: 'SPF',
      type: 'TXT',
      name,
      value: spfValue(hosts),
      isRequired: false,
      note: 'Not asked of mail sent from here; only for receivers that look at From. One SPF record a name: merge it.',
    },
    {
      purpose: 'Tracking',
      type: 'CNAME',
      name: tracking,
      value: hosts.trackingHost,
      isRequired: domain.customTrackingDomain !== null,
      note:
        domain.customTrackingDomain === null
          ? "Tracked links on your own name. Advice: set this name as the domain's CustomTrackingDomain, too."
          : 'Tracked links on your own name.',
      ...seen(domain, tracking),
    },
    {
      purpose: 'Inbound',
      type: 'MX',
      name: `inbound.${name}`,
      value: `10 ${hosts.mailHost}`,
      isRequired: false,
      note: 'Only to receive mail here: the name that a server has as its InboundDomain.',
    },
  ];
}

/** What the operator publishes for the installation itself; `domain` is the installation's own. */
export function recordsOfInstallation(domain: DomainWithRecords, hosts: DomainHosts, now: Date): WantedRecord[] {
  const { mailHost, inboundDomain } = hosts;
  const record = (
    purpose: RecordPurpose,
    type: DnsRecord['type'],
    name: string,
    value: string,
    isRequired: boolean,
    note: string,
  ): WantedRecord => ({ purpose, type, name, value, isRequired, note });
  return [
    record('Address', 'A', mailHost, '<IPv4 address of this machine>', true, 'The name in EHLO leads back to us.'),
    record('Address', 'AAAA', mailHost, '<IPv6 address of this machine>', false, 'Only if mail leaves by IPv6.'),
    record('PTR', 'PTR', '<address of this machine>', mailHost, true, 'Your hosting provider sets it.'),
    record('SPF', 'TXT', mailHost, 'v=spf1 a -all', true, 'Return paths are on this name.'),
    record('Inbound', 'MX', mailHost, `10 ${mailHost}`, true, 'Return paths receive bounces.'),
    ...dkimRecords(domain, now),
    record(
      'DMARC',
      'TXT',
      `_dmarc.${mailHost}`,
      `v=DMARC1; p=reject; rua=mailto:postmaster@${mailHost}`,
      false,
      'Nobody else sends from this name.',
    ),
    record('Inbound', 'MX', inboundDomain, `10 ${mailHost}`, false, 'Hash addresses of inbound streams.'),
    record(
      'MTA-STS',
      'TXT',
      `_mta-sts.${inboundDomain}`,
      'v=STSv1; id=<change it with the policy>',
      false,
      'Senders insist on TLS (RFC 8461). Needs the policy file, see docs/operating/dns.md.',
    ),
    record(
      'MTA-STS',
      'TXT',
      `_smtp._tls.${inboundDomain}`,
      `v=TLSRPTv1; rua=mailto:postmaster@${mailHost}`,
      false,
      'Reports of TLS failures (RFC 8460).',
    ),
  ];
}

/** Undefined when the account (null: the installation) has no such domain. */
export async function listDnsRecords(
  db: Queryable,
  hosts: DomainHosts,
  accountId: number | null,
  name: string,
  now: Date,
): Promise<WantedRecord[] | undefined> {
  const domain = await readDomainByName(db, accountId, name);
  if (!domain) return undefined;
  return accountId === null ? recordsOfInstallation(domain, hosts, now) : recordsOfDomain(domain, hosts, now);
}
