// The values that payloads have in common, as Postmark writes them. Source: webhook bodies that Postmark posted in 2024
// and 2025, and its pages on webhooks.

/** UTC in whole seconds, `2025-03-04T14:21:09Z`. The fraction is cut off, so that no event is told before it happened. */
export function wireTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

export function wireTag(tag: string | undefined): string {
  return tag ?? '';
}

/**
 * `{}` when there is none. In the order of the names, because the database keeps no order of its own: an event in memory
 * and the same event read back must give the same bytes.
 */
export function wireMetadata(metadata: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const entries = Object.entries(metadata ?? {});
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The answer of a mail server, `smtp;250 2.0.0 OK`. Most are recorded with the prefix already. */
export function wireReply(reply: string): string {
  return reply === '' || /^smtp;/i.test(reply) ? reply : `smtp;${reply}`;
}
