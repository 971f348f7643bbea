// Makes text that a stranger sent fit to be stored, logged and shown: PostgreSQL refuses NUL and half surrogates, and
// terminals and pages obey controls.

const printableAscii = /^[\x20-\x7e]*$/;
const breaksAndTabs = /[\t\n\v\f\r\x85\u2028\u2029]+/g;
/** Controls, and the characters that reverse the order of what is read. */
const invisible = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * UTF-8 of at most `bytesMax` bytes, cut between characters; what is not UTF-8 becomes U+FFFD. Line breaks and tabs
 * become a space, other controls vanish.
 */
export function cleanRemoteText(bytes: Buffer | string, bytesMax = 2048): string {
  // Cut before cleaning, so that the cost does not follow what a stranger chose to send.
  const readMax = bytesMax * 4;
  const text = typeof bytes === 'string' ? bytes.slice(0, readMax) : bytes.toString('utf8', 0, readMax);
  if (printableAscii.test(text)) return text.slice(0, bytesMax);
  const clean = text.replace(breaksAndTabs, ' ').replace(invisible, '').toWellFormed();
  return cutToBytes(clean, bytesMax);
}

function cutToBytes(text: string, bytesMax: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytesMax) return text;
  let end = bytesMax;
  // A byte 10xxxxxx continues a character (RFC 3629 section 3).
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end);
}
