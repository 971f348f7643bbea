// Decides whether a mail is kept back. Pure. Sources: Postmark's pages on inbound rules (a sender's address or domain) and on
// the spam threshold of a server: a score above it is too much, and 0 means no threshold.

import { addressKey } from '@pennyblack/email/address/address-key.ts';

/** The rules that would keep mail of these senders back: of the From field, and of the envelope. */
export function rulesAgainst(senders: readonly string[]): string[] {
  const rules = senders.flatMap(sender => {
    const key = addressKey(sender);
    const at = key.lastIndexOf('@');
    return at < 1 ? [] : [key, key.slice(at + 1)];
  });
  return [...new Set(rules)];
}

/** Undefined: it may pass. `rules` are those of the server that speak of its senders. */
export function blockedReason(
  rules: readonly string[],
  spamScore: number | undefined,
  spamThreshold: number,
): string | undefined {
  const [rule] = rules.toSorted();
  if (rule !== undefined) return `Inbound request blocked by domain rule: ${rule}`;
  if (spamThreshold <= 0 || spamScore === undefined || spamScore <= spamThreshold) return undefined;
  return `Inbound request blocked by spam threshold: a score of ${spamScore} is above ${spamThreshold}`;
}
