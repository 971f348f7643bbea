// The fields about DNS records that a domain and a sender signature show alike. Pure. Source: Postmark's Domains API and Sender
// Signatures API; what is unset is the empty text, never null.

import { dkimRecordValue } from '@pennyblack/email/dkim/signing-key.ts';
import type { DkimKey, DnsRecord, DomainHosts, DomainWithRecords } from './domain.ts';
import { dkimHost, isSafeToRemove, isWeakKey, layOutKeys, updateStatus } from './key-rules.ts';

export const recordFieldKinds = {
  SPFVerified: 'yes_no',
  SPFHost: 'text',
  SPFTextValue: 'text',
  DKIMVerified: 'yes_no',
  WeakDKIM: 'yes_no',
  DKIMHost: 'text',
  DKIMTextValue: 'text',
  DKIMPendingHost: 'text',
  DKIMPendingTextValue: 'text',
  DKIMRevokedHost: 'text',
  DKIMRevokedTextValue: 'text',
  SafeToRemoveRevokedKeyFromDNS: 'yes_no',
  DKIMUpdateStatus: 'text',
  ReturnPathDomain: 'text',
  ReturnPathDomainVerified: 'yes_no',
  ReturnPathDomainCNAMEValue: 'text',
} as const;

export function dkimRecord(key: DkimKey, domain: string): DnsRecord {
  return { type: 'TXT', name: dkimHost(key, domain), value: dkimRecordValue(key.algorithm, key.publicKey) };
}

/** Includes the mail host's record, which names the addresses that mail leaves from. */
export function spfValue(hosts: Pick<DomainHosts, 'mailHost'>): string {
  return `v=spf1 a mx include:${hosts.mailHost} ~all`;
}

export function hostAndValue(key: DkimKey | undefined, domain: string): { host: string; value: string } {
  if (!key) return { host: '', value: '' };
  const { name, value } = dkimRecord(key, domain);
  return { host: name, value };
}

export function isWeak(domain: Pick<DomainWithRecords, 'keys'>): boolean {
  const { active } = layOutKeys(domain.keys);
  return active.rsa !== undefined && isWeakKey(active.rsa);
}

/** For a sender signature whose domain was removed: it has no keys and no records. */
export function absentDomain(name: string): DomainWithRecords {
  return {
    domainId: 0,
    accountId: null,
    name,
    createdAt: new Date(0),
    waitingSince: new Date(0),
    verifiedAt: null,
    verifiedBy: null,
    spfVerifiedAt: null,
    returnPathDomain: null,
    returnPathVerifiedAt: null,
    customTrackingDomain: null,
    customTrackingVerifiedAt: null,
    keys: [],
    checks: [],
  };
}

export function toRecordFields(domain: DomainWithRecords, hosts: DomainHosts, now: Date) {
  const layout = layOutKeys(domain.keys);
  const active = hostAndValue(layout.active.rsa, domain.name);
  const pending = hostAndValue(layout.pending.rsa, domain.name);
  const revoked = hostAndValue(layout.revoked.rsa, domain.name);
  const pendingCheck = domain.checks.find(check => check.purpose === 'dkim' && check.host === pending.host);
  return {
    SPFVerified: domain.spfVerifiedAt !== null,
    SPFHost: domain.name,
    SPFTextValue: spfValue(hosts),
    DKIMVerified: domain.verifiedAt !== null,
    WeakDKIM: isWeak(domain),
    DKIMHost: active.host,
    DKIMTextValue: active.value,
    DKIMPendingHost: pending.host,
    DKIMPendingTextValue: pending.value,
    DKIMRevokedHost: revoked.host,
    DKIMRevokedTextValue: revoked.value,
    SafeToRemoveRevokedKeyFromDNS: layout.revoked.rsa !== undefined && isSafeToRemove(layout.revoked.rsa, now),
    DKIMUpdateStatus: domain.keys.length === 0 ? 'Pending' : updateStatus(layout.pending.rsa, pendingCheck),
    ReturnPathDomain: domain.returnPathDomain ?? '',
    ReturnPathDomainVerified: domain.returnPathVerifiedAt !== null,
    ReturnPathDomainCNAMEValue: hosts.mailHost,
  };
}
