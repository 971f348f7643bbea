// Endpoints of sending domains and sender signatures.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { createDomain } from '../features/domains/http/create-domain.ts';
import { deleteDomain } from '../features/domains/http/delete-domain.ts';
import { editDomain } from '../features/domains/http/edit-domain.ts';
import { getDomain } from '../features/domains/http/get-domain.ts';
import { getDomainDnsRecords } from '../features/domains/http/get-domain-dns-records.ts';
import { getDomains } from '../features/domains/http/get-domains.ts';
import { rotateDomainDkim } from '../features/domains/http/rotate-domain-dkim.ts';
import { verifyCustomTracking } from '../features/domains/http/verify-custom-tracking.ts';
import { verifyDomainDkim } from '../features/domains/http/verify-domain-dkim.ts';
import { verifyDomainReturnPath } from '../features/domains/http/verify-domain-return-path.ts';
import { verifyDomainSpf } from '../features/domains/http/verify-domain-spf.ts';
import type { DomainDeps } from '../features/domains/ports.ts';
import { createSenderSignature } from '../features/senders/http/create-sender-signature.ts';
import { deleteSenderSignature } from '../features/senders/http/delete-sender-signature.ts';
import { editSenderSignature } from '../features/senders/http/edit-sender-signature.ts';
import { getSenderSignature } from '../features/senders/http/get-sender-signature.ts';
import { getSenderSignatures } from '../features/senders/http/get-sender-signatures.ts';
import { requestNewDkimForSenderSignature } from '../features/senders/http/request-new-dkim-for-sender-signature.ts';
import { resendSenderSignatureConfirmation } from '../features/senders/http/resend-sender-signature-confirmation.ts';
import { verifySenderSignatureSpf } from '../features/senders/http/verify-sender-signature-spf.ts';
import { type DirectoryChanged, thenForgetting } from './then-forgetting.ts';

export type DomainEndpointDeps = { domains: DomainDeps; directoryChanged: DirectoryChanged };

export function domainEndpoints({ domains, directoryChanged }: DomainEndpointDeps): Endpoint[] {
  const changing = [
    createDomain(domains),
    editDomain(domains),
    deleteDomain(domains),
    verifyDomainDkim(domains),
    verifyDomainReturnPath(domains),
    rotateDomainDkim(domains),
    verifyCustomTracking(domains),
    createSenderSignature(domains),
    editSenderSignature(domains),
    deleteSenderSignature(domains),
    requestNewDkimForSenderSignature(domains),
  ];
  return [
    getDomains(),
    getDomain(domains),
    getDomainDnsRecords(domains),
    verifyDomainSpf(domains),
    getSenderSignatures(),
    getSenderSignature(domains),
    resendSenderSignatureConfirmation(domains),
    verifySenderSignatureSpf(domains),
    ...changing.map(endpoint => thenForgetting(endpoint, directoryChanged)),
  ];
}
