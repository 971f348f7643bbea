// Writes a mailbox: for a header field (RFC 5322 3.4, RFC 2047 5 (3)), and for people and JSON.

import { toEncodedWords } from '../headers/encoded-words.ts';
import { addressOnTheWire } from './address-spec.ts';
import type { Mailbox } from './mailbox.ts';

const atoms = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const printableAscii = /^[\x20-\x7e]*$/;
// A longer name is written as encoded-words, which can be folded anywhere.
const plainNameLengthMax = 70;
const encodedWordLengthMax = 60;

/** One line, not folded. Never holds a line break, whatever the name holds. */
export function formatMailboxForHeader(mailbox: Mailbox): string {
  const address = addressOnTheWire(mailbox);
  const name = mailbox.name.replace(/[\x00-\x1f\x7f]+/g, ' ').trim();
  if (name === '') return address;
  return `${formatPhrase(name)} <${address}>`;
}

/** As the Messages API shows it: `"Billing" <billing@shop.test>`, or the bare address when there is no name. */
export function formatMailboxForDisplay(mailbox: Pick<Mailbox, 'name' | 'address'>): string {
  if (mailbox.name === '') return mailbox.address;
  return `"${mailbox.name.replace(/[\\"]/g, '\\$&')}" <${mailbox.address}>`;
}

function formatPhrase(name: string): string {
  // A name that looks like an encoded-word would be decoded by its reader, so it is encoded.
  const plain = printableAscii.test(name) && name.length <= plainNameLengthMax && !name.includes('=?');
  if (!plain) return toEncodedWords(name, encodedWordLengthMax).join(' ');
  return atoms.test(name) ? name : `"${name.replace(/[\\"]/g, '\\$&')}"`;
}
