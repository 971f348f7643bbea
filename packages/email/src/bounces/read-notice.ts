// Reads who failed, and why, out of a notice that was written for people: Exim, qmail, Sendmail, Postfix, Exchange,
// Domino, Yahoo, Gmail and many others put the address before its reason, in one of a few ways.

import { addressKey } from '../address/address-key.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import { addressesIn, type FoundAddress, findAddresses } from './addresses-in-text.ts';
import { replyIn } from './classify-failure.ts';
import { isFieldLine } from './read-original.ts';

export type NoticedRecipient = { address: string; reason: string };

const recipientsMax = 100;
const reasonLinesMax = 30;

/** `notice` is without the returned message; `others` are keys of addresses that cannot be meant: the sender's own. */
export function readNotice(notice: string, others: ReadonlySet<string>): NoticedRecipient[] {
  const listed = readListed(notice, others);
  if (listed.length > 0) return listed;
  const unquoted = notice.replace(/^[ \t]{0,8}>[> \t]{0,8}/gm, '');
  const quoted = unquoted === notice ? [] : readListed(unquoted, others);
  return quoted.length > 0 ? quoted : readProse(notice, others);
}

function readListed(notice: string, others: ReadonlySet<string>): NoticedRecipient[] {
  const lines = notice.split('\n');
  const found = findListed(lines, others);
  const reasonByKey = new Map<string, NoticedRecipient>();
  for (const [index, { address, line, reason }] of found.entries()) {
    const end = found[index + 1]?.line ?? lines.length;
    const whole = [reason, ...reasonAfter(lines, line, end, reason === '')].join(' ').trim();
    const known = reasonByKey.get(addressKey(address));
    if (known) known.reason = joined(known.reason, whole);
    else reasonByKey.set(addressKey(address), { address, reason: whole });
  }
  return [...reasonByKey.values()]
    .slice(0, recipientsMax)
    .map(recipient => ({ ...recipient, reason: cleanRemoteText(recipient.reason) }));
}

type ListedLine = { address: string; line: number; reason: string };

function findListed(lines: readonly string[], others: ReadonlySet<string>): ListedLine[] {
  const found: ListedLine[] = [];
  const keys = new Set<string>();
  // The indentation of the recipient whose paragraph this is: what stands deeper belongs to his reason, even where it
  // begins with an address (`<desk@shop.test>: Sender address rejected`).
  let indentOfReason: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') indentOfReason = undefined;
    const indent = line.length - line.trimStart().length;
    if (indentOfReason !== undefined && indent > indentOfReason) continue;
    const listed = listedIn(line);
    if (!listed) continue;
    const key = addressKey(listed.address);
    if (others.has(key) || (listed.mustBeKnown && !keys.has(key))) continue;
    keys.add(key);
    found.push({ address: listed.address, line: index, reason: listed.reason });
    indentOfReason = indent;
    if (found.length === recipientsMax * 2) break;
  }
  return found;
}

/** Many programs name an address twice, once for people and once with the server's answer: the answer goes first. */
function joined(first: string, second: string): string {
  return replyIn(first) === undefined && replyIn(second) !== undefined ? `${second} ${first}` : `${first} ${second}`;
}

/** To the end of the paragraph; where the address stands alone, the next paragraph is its reason. */
function reasonAfter(lines: readonly string[], from: number, end: number, mayBeginLater: boolean): string[] {
  const reason: string[] = [];
  for (let index = from + 1; index < end && reason.length < reasonLinesMax; index += 1) {
    const line = (lines[index] ?? '').trim();
    if (line !== '') reason.push(line);
    else if (reason.length > 0 || !mayBeginLater) break;
  }
  return reason;
}

const labels =
  /^(?:(?:failed |final |original |intended )?recipients?(?: address)?|(?:failed |e-?mail |invalid )?address|rcpt to|user|empf\u00e4nger(?:adresse)?|destinataires?|destinatario|destinat\u00e1rio|ontvanger|odbiorca|\u043f\u043e\u043b\u0443\u0447\u0430\u0442\u0435\u043b\u044c|\u5b9b\u5148|\u53d7\u4fe1\u8005|\u6536\u4ef6\u4eba)$/i;

type Listed = { address: string; reason: string; mustBeKnown: boolean };

/** An address that opens its line, or fills it, and what the same line says about it. */
function listedIn(line: string): Listed | undefined {
  if (line.length > 2000 || !line.includes('@')) return undefined;
  const found = findAddresses(line);
  const first = found[0];
  if (!first) return undefined;

  const before = line.slice(0, first.start).replace(/[\s<>"'*\u2022\u00b7-]/g, '');
  const after = line.slice(first.end);
  // `Ana Buyer<mailto:ana@buyer.test>` fills its line; `mailto:` says that this is a list of Exchange's.
  const isExchangeList = /mailto:$/i.test(before) && /^[\s>)\]]{0,5}$/.test(after);
  if (isExchangeList || fillsLine(first, found, before, after)) {
    return { address: first.address, reason: '', mustBeKnown: false };
  }
  return opensLine(line, first, before, after);
}

/** Also `ana@buyer.test on Mon, 6 Jan 2025 10:00`, `(generated from …)`, and a name with the address in brackets. */
function fillsLine(first: FoundAddress, found: readonly FoundAddress[], before: string, after: string): boolean {
  const label = before.replace(/[:\uff1a[(]+$/, '').replace(/^\d{1,3}[.)]/, '');
  if (label !== '' && !labels.test(label.replace(/([a-z])([A-Z])/g, '$1 $2')) && !labels.test(label)) return false;
  const rest = after.replace(/^[>)\]"'\s]{1,10}/, '');
  if (/^[,;.:\s]{0,5}$/.test(rest)) return true;
  if (/^on .{1,60}$/i.test(rest) && found.length === 1) return true;
  if (/^\((?:generated|expanded|ultimately generated) from /i.test(rest)) return true;
  return found.length === 2 && found[1]?.address === first.address && /^[<([]/.test(rest);
}

/** `<ana@buyer.test>: host …`, `550 5.1.1 <ana@buyer.test>... User unknown`, `ana@buyer.test: …`. */
function opensLine(line: string, first: FoundAddress, before: string, after: string): Listed | undefined {
  if (!/^(?:\(?reason:)?(?:[45]\d\d-?)?(?:[45]\.\d{1,3}\.\d{1,3})?$/i.test(before)) return undefined;
  const rest = /^>?\)?\s{0,3}(?:\((?:expanded|generated) from [^)]{1,300}\))?\s{0,3}(?::|\.\.\.|failed|--? )/.exec(
    after,
  );
  if (!rest) return undefined;
  const reason = before === '' ? after.slice(rest[0].length).trim() : line.trim();
  // A reply may name any address; Sendmail's transcript only adds the reply to recipients that were listed before.
  return { address: first.address, reason, mustBeKnown: before !== '' };
}

/** Whoever writes or reads notices, and is named in them for questions. */
const roles = /^(?:postmaster|mailer-daemon|abuse|support|help|helpdesk|info|admin|administrator|noreply|no-reply)$/i;

/** Where one address alone is named in sentences, the notice is about it, in any language. */
function readProse(notice: string, others: ReadonlySet<string>): NoticedRecipient[] {
  const lines = notice.split('\n').filter(line => !isFieldLine(line) || /^\s*(?:to|recipient)\s*:/i.test(line));
  const candidates = addressesIn(lines.join('\n')).filter(
    address => !others.has(addressKey(address)) && !roles.test(address.slice(0, address.lastIndexOf('@'))),
  );
  const keys = new Set(candidates.map(addressKey));
  const [address] = candidates;
  return address !== undefined && keys.size === 1 ? [{ address, reason: '' }] : [];
}
