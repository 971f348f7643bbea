// A sender signature as the wire shows it. Source: Postmark's Sender Signatures API.

import { Type } from 'typebox';
import { clearableText, fieldsOf } from '../../../edges/http-api/wire-types.ts';
import type { DomainHosts } from '../../domains/domain.ts';
import { absentDomain, recordFieldKinds, toRecordFields } from '../../domains/record-fields.ts';
import type { SenderWish } from '../create-sender.ts';
import { isConfirmed, type ListedSignature, type WholeSignature } from '../read-senders.ts';
import { domainOf } from '../sender.ts';

export const signatureItemSchema = Type.Object({
  Domain: Type.String(),
  EmailAddress: Type.String(),
  ReplyToEmailAddress: Type.String(),
  Name: Type.String(),
  Confirmed: Type.Boolean(),
  ID: Type.Integer(),
});

const signatureFields = {
  Domain: Type.String(),
  EmailAddress: Type.String(),
  ReplyToEmailAddress: Type.String(),
  Name: Type.String(),
  Confirmed: Type.Boolean({ description: 'By its owner, or because the whole domain is verified.' }),
  ...fieldsOf(recordFieldKinds),
  ID: Type.Integer(),
  ConfirmationPersonalNote: Type.String(),
};
export const signatureSchema = Type.Object(signatureFields);
export const renewedSchema = Type.Object({ ErrorCode: Type.Integer(), Message: Type.String(), ...signatureFields });
export const doneSchema = Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() });

export const signatureBody = Type.Object({
  FromEmail: Type.Optional(Type.String({ maxLength: 255, description: 'Cannot be changed later.' })),
  Name: Type.Optional(Type.String({ maxLength: 255 })),
  ReplyToEmail: Type.Optional(clearableText()),
  // Clients that send null for what they do not name must not clear what the whole domain uses.
  ReturnPathDomain: Type.Optional(
    Type.String({
      description: "A subdomain of the address's domain; of the whole domain. An empty text clears, null does not.",
    }),
  ),
  ConfirmationPersonalNote: Type.Optional(
    clearableText({ description: 'At most 400 characters; said in the confirmation mail.' }),
  ),
});

export function toWish(body: {
  FromEmail?: string;
  Name?: string;
  ReplyToEmail?: string;
  ReturnPathDomain?: string;
  ConfirmationPersonalNote?: string;
}): SenderWish {
  return {
    fromEmail: body.FromEmail,
    name: body.Name,
    replyToEmail: body.ReplyToEmail,
    returnPathDomain: body.ReturnPathDomain,
    personalNote: body.ConfirmationPersonalNote,
  };
}

function toHead(listed: ListedSignature) {
  const { signature } = listed;
  return {
    Domain: domainOf(signature),
    EmailAddress: signature.emailAddress,
    ReplyToEmailAddress: signature.replyTo ?? '',
    Name: signature.name,
    Confirmed: isConfirmed(listed),
  };
}

export function toSignatureItem(listed: ListedSignature) {
  return { ...toHead(listed), ID: listed.signature.senderId };
}

export function toSignature(whole: WholeSignature, hosts: DomainHosts, now: Date) {
  const { signature, domain } = whole;
  return {
    ...toHead(whole),
    ...toRecordFields(domain ?? absentDomain(domainOf(signature)), hosts, now),
    ID: signature.senderId,
    ConfirmationPersonalNote: signature.personalNote,
  };
}
