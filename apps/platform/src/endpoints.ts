// Every endpoint of the HTTP API, in the order of the reference.

import type { Endpoint } from './edges/http-api/endpoint.ts';
import { createDomain } from './features/domains/http/create-domain.ts';
import { deleteDomain } from './features/domains/http/delete-domain.ts';
import { editDomain } from './features/domains/http/edit-domain.ts';
import { getDomain } from './features/domains/http/get-domain.ts';
import { getDomainDnsRecords } from './features/domains/http/get-domain-dns-records.ts';
import { getDomains } from './features/domains/http/get-domains.ts';
import { rotateDomainDkim } from './features/domains/http/rotate-domain-dkim.ts';
import { verifyCustomTracking } from './features/domains/http/verify-custom-tracking.ts';
import { verifyDomainDkim } from './features/domains/http/verify-domain-dkim.ts';
import { verifyDomainReturnPath } from './features/domains/http/verify-domain-return-path.ts';
import { verifyDomainSpf } from './features/domains/http/verify-domain-spf.ts';
import type { DomainDeps } from './features/domains/ports.ts';
import type { FindKeys } from './features/messages/dump-message.ts';
import { getOutboundMessageDetails } from './features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from './features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from './features/messages/http/get-outbound-messages.ts';
import type { IsQueuedCondition } from './features/messages/ports.ts';
import { createSenderSignature } from './features/senders/http/create-sender-signature.ts';
import { deleteSenderSignature } from './features/senders/http/delete-sender-signature.ts';
import { editSenderSignature } from './features/senders/http/edit-sender-signature.ts';
import { getSenderSignature } from './features/senders/http/get-sender-signature.ts';
import { getSenderSignatures } from './features/senders/http/get-sender-signatures.ts';
import { requestNewDkimForSenderSignature } from './features/senders/http/request-new-dkim-for-sender-signature.ts';
import { resendSenderSignatureConfirmation } from './features/senders/http/resend-sender-signature-confirmation.ts';
import { verifySenderSignatureSpf } from './features/senders/http/verify-sender-signature-spf.ts';
import { sendEmail } from './features/sending/http/send-email.ts';
import { sendEmailBatch } from './features/sending/http/send-email-batch.ts';
import type { SendForCaller } from './features/sending/send-for-caller.ts';

export type EndpointDeps = {
  send: SendForCaller;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
  domains: DomainDeps;
};

export function createEndpoints(deps: EndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send),
    sendEmailBatch(deps.send),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys),
    getOutboundMessageDump(deps.isQueued, deps.findKeys),
    ...domainEndpoints(deps.domains),
    ...senderEndpoints(deps.domains),
  ];
}

function domainEndpoints(deps: DomainDeps): Endpoint[] {
  return [
    getDomains(),
    getDomain(deps),
    createDomain(deps),
    editDomain(deps),
    deleteDomain(deps),
    verifyDomainDkim(deps),
    verifyDomainReturnPath(deps),
    verifyDomainSpf(deps),
    rotateDomainDkim(deps),
    verifyCustomTracking(deps),
    getDomainDnsRecords(deps),
  ];
}

function senderEndpoints(deps: DomainDeps): Endpoint[] {
  return [
    getSenderSignatures(),
    getSenderSignature(deps),
    createSenderSignature(deps),
    editSenderSignature(deps),
    deleteSenderSignature(deps),
    resendSenderSignatureConfirmation(deps),
    verifySenderSignatureSpf(deps),
    requestNewDkimForSenderSignature(deps),
  ];
}

/** The endpoints without anything behind them, for the reference. */
export function describeEndpoints(): Endpoint[] {
  const unreachable = () => {
    throw new Error('The reference describes endpoints and calls none.');
  };
  return createEndpoints({
    send: unreachable,
    isQueued: unreachable,
    findKeys: unreachable,
    streamsOf: unreachable,
    // Endpoints look into it only when they are called.
    domains: {} as DomainDeps,
  });
}
