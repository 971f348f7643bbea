// Decides which header fields a signature covers, and how often each is named.
// Sources: RFC 6376 5.4 and 5.4.2 (choice, order of equal names), 8.15 (fields added after signing), RFC 8058 4.

// Named once more than they occur, even when absent: a field of that name added on the way breaks the signature.
const alwaysSealed: readonly string[] = ['from', 'to', 'cc', 'subject', 'reply-to', 'date', 'message-id'];

// Named once more than they occur, but only when present. A mailing list that passes mail on untouched adds List-* fields
// of its own, and must not break the signature of a message that came without them.
const sealedWhenPresent: ReadonlySet<string> = new Set([
  'sender',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'in-reply-to',
  'references',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-id',
  'list-help',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
  'feedback-id',
  'cfbl-address',
  'cfbl-feedback-id',
]);

// Signed as often as they occur.
const signedWhenPresent: ReadonlySet<string> = new Set(['auto-submitted', 'precedence', 'x-pm-message-id', 'x-pm-tag']);

/**
 * `names` is the value of `h=`, in lower case; `lines` are the fields to hash, in that order. Of several fields with one
 * name the last comes first (RFC 6376 5.4.2); names beyond the last field stand for the empty string.
 */
export function chooseSignedFields(headers: readonly { name: string; line: string }[]): {
  names: string[];
  lines: string[];
} {
  const linesByName = new Map<string, string[]>();
  for (const name of alwaysSealed) linesByName.set(name, []);
  for (const { name, line } of headers) {
    const lowerName = name.toLowerCase();
    const lines = linesByName.get(lowerName);
    if (lines) lines.push(line);
    else if (sealedWhenPresent.has(lowerName) || signedWhenPresent.has(lowerName)) linesByName.set(lowerName, [line]);
  }

  const names: string[] = [];
  const lines: string[] = [];
  for (const [name, present] of linesByName) {
    for (const line of present.toReversed()) {
      names.push(name);
      lines.push(line);
    }
    if (!signedWhenPresent.has(name)) names.push(name);
  }
  return { names, lines };
}
