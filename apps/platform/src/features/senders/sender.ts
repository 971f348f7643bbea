// A sender signature: one address that may stand in From once its owner has confirmed it. Source: Postmark's Sender
// Signatures API.

export type SenderSignature = {
  senderId: number;
  accountId: number;
  emailAddress: string;
  name: string;
  replyTo: string | null;
  /** Said in the confirmation mail; empty when nothing. */
  personalNote: string;
  createdAt: Date;
  confirmedAt: Date | null;
};

/** A-label in lower case. */
export function domainOf(signature: Pick<SenderSignature, 'emailAddress'>): string {
  return signature.emailAddress.slice(signature.emailAddress.lastIndexOf('@') + 1).toLowerCase();
}
