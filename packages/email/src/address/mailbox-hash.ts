// The part of an inbound address that its owner chose freely. Source: Postmark's page "Inbound webhook", MailboxHash.

/** `ticket-88` of `help+ticket-88@in.shop.test`: what follows the first plus of the local part; empty when there is none. */
export function mailboxHashOf(address: string): string {
  const localPart = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  const plus = localPart.indexOf('+');
  return plus === -1 ? '' : localPart.slice(plus + 1);
}
