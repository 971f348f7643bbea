// A domain as the wire shows it. Source: Postmark's Domains API; what is unset is the empty text, never null.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { fieldsOf } from '../../../edges/http-api/wire-types.ts';
import type { DomainHosts, DomainWithRecords } from '../domain.ts';
import { layOutKeys } from '../key-rules.ts';
import { hostAndValue, isWeak, recordFieldKinds, toRecordFields } from '../record-fields.ts';

export const domainItemSchema = Type.Object({
  Name: Type.String(),
  SPFVerified: Type.Boolean(),
  DKIMVerified: Type.Boolean(),
  WeakDKIM: Type.Boolean(),
  ReturnPathDomainVerified: Type.Boolean(),
  CustomTrackingVerified: Type.Boolean(),
  ID: Type.Integer(),
});

const extension = (description: string) => Type.String({ description: `Extension: ${description}` });

export const extensionFields = {
  CustomTrackingDomain: Type.String(),
  CustomTrackingVerified: Type.Boolean(),
  CustomTrackingDomainCNAMEValue: Type.String(),
  DKIMEd25519Verified: Type.Boolean({ description: 'Extension: the second signature is in use.' }),
  DKIMEd25519Host: extension('name of the TXT record of the Ed25519 key that signs.'),
  DKIMEd25519TextValue: extension('its value.'),
  DKIMEd25519PendingHost: extension('name of the TXT record of the Ed25519 key to publish.'),
  DKIMEd25519PendingTextValue: extension('its value.'),
  DNSChecks: Type.Array(
    Type.Object({
      Purpose: Type.Enum(['DKIM', 'ReturnPath', 'CustomTracking']),
      Host: Type.String(),
      State: Type.Enum(['Found', 'Missing', 'Different', 'Unknown']),
      FoundValue: Type.String(),
      MissingSince: Type.String({ description: 'Set while a record that was there once is gone.' }),
      CheckedAt: Type.String(),
      Failure: Type.String({ description: 'Why the last look-up gave no clear answer.' }),
    }),
    { description: 'Extension: the records as last seen.' },
  ),
};

export const domainSchema = Type.Object({
  ID: Type.Integer(),
  Name: Type.String(),
  ...fieldsOf(recordFieldKinds),
  ...extensionFields,
});

const purposes = { dkim: 'DKIM', return_path: 'ReturnPath', custom_tracking: 'CustomTracking' } as const;
const states = { found: 'Found', missing: 'Missing', different: 'Different' } as const;

export function toDomainItem(domain: DomainWithRecords) {
  return {
    Name: domain.name,
    SPFVerified: domain.spfVerifiedAt !== null,
    DKIMVerified: domain.verifiedAt !== null,
    WeakDKIM: isWeak(domain),
    ReturnPathDomainVerified: domain.returnPathVerifiedAt !== null,
    CustomTrackingVerified: domain.customTrackingVerifiedAt !== null,
    ID: domain.domainId,
  };
}

export function toExtensionFields(domain: DomainWithRecords, hosts: DomainHosts) {
  const { active, pending } = layOutKeys(domain.keys);
  const signing = hostAndValue(active.ed25519, domain.name);
  const waiting = hostAndValue(pending.ed25519, domain.name);
  return {
    CustomTrackingDomain: domain.customTrackingDomain ?? '',
    CustomTrackingVerified: domain.customTrackingVerifiedAt !== null,
    CustomTrackingDomainCNAMEValue: hosts.trackingHost,
    DKIMEd25519Verified: active.ed25519 !== undefined,
    DKIMEd25519Host: signing.host,
    DKIMEd25519TextValue: signing.value,
    DKIMEd25519PendingHost: waiting.host,
    DKIMEd25519PendingTextValue: waiting.value,
    DNSChecks: domain.checks.map(check => ({
      Purpose: purposes[check.purpose],
      Host: check.host,
      State: check.state === null ? 'Unknown' : states[check.state],
      FoundValue: check.foundValue ?? '',
      MissingSince: check.missingSince ? toWireDate(check.missingSince) : '',
      CheckedAt: toWireDate(check.checkedAt),
      Failure: check.failure ?? '',
    })),
  };
}

export function toDomain(domain: DomainWithRecords, hosts: DomainHosts, now: Date) {
  return {
    ID: domain.domainId,
    Name: domain.name,
    ...toRecordFields(domain, hosts, now),
    ...toExtensionFields(domain, hosts),
  };
}
