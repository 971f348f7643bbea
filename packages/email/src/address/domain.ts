// Decides whether a text can be the domain of an email address, and gives its ASCII form.
// Sources: RFC 5321 2.3.5 and 4.5.3.1.2 (form, length), RFC 1123 2.1 (letters, digits, hyphen), RFC 5890 (A-labels).

import { domainToASCII } from 'node:url';

export type DomainReading = { kind: 'domain'; domain: string } | { kind: 'single_label' } | { kind: 'illegal' };

const domainLengthMax = 255;
const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const allDigitsPattern = /^[0-9]+$/;
const asciiOnlyPattern = /^[\x00-\x7f]*$/;
const asciiOutsideLabels = /[\x00-\x2c\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/;

/** Refuses trailing dots, IP literals and bare IPv4 addresses; a domain in another script comes back as A-labels. */
export function readDomain(text: string): DomainReading {
  if (text.length > domainLengthMax) return { kind: 'illegal' };
  const domain = toAscii(text);
  if (domain === undefined || domain.length > domainLengthMax) return { kind: 'illegal' };

  const labels = domain.split('.');
  if (!labels.every(label => labelPattern.test(label))) return { kind: 'illegal' };
  if (labels.length === 1) return { kind: 'single_label' };
  // No top-level domain is all digits (RFC 3696 2), so this is an IPv4 address.
  if (allDigitsPattern.test(labels[labels.length - 1] ?? '')) return { kind: 'illegal' };
  return { kind: 'domain', domain };
}

function toAscii(text: string): string | undefined {
  if (asciiOnlyPattern.test(text)) return text;
  // domainToASCII reads its argument like the host of a URL: it undoes %41 and stops at a slash. Such characters never get there.
  if (asciiOutsideLabels.test(text)) return undefined;
  const converted = domainToASCII(text);
  return converted === '' ? undefined : converted;
}
