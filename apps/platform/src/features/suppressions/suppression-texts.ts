// The texts that clients take suppressed addresses out of. Several official libraries parse them with regular
// expressions, so not a space may change. Source: Postmark's answers since 2022.

const reasons =
  'Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.';

function listAddresses(addresses: readonly string[]): string {
  return addresses.map(address => address.toLowerCase()).join(', ');
}

/** Error code 406: nobody is left to send to. */
export function allSuppressedText(addresses: readonly string[]): string {
  return `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${listAddresses(addresses)}. ${reasons}`;
}

/** A success whose message was accepted for the others. */
export function someSuppressedText(addresses: readonly string[]): string {
  return `Message OK, but will not deliver to these inactive addresses: ${listAddresses(addresses)}. ${reasons}`;
}
