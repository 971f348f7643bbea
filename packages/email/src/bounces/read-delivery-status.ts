// Reads the machine's part of a delivery report, `message/delivery-status`, and the same fields where a program wrote
// them into plain text. Sources: RFC 3464 2, RFC 6533 (international addresses), RFC 3461 for the original recipient.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { fieldOf, type MailField } from '../mime/read-fields.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import { addressOfField } from './addresses-in-text.ts';
import type { ReportedAction } from './mail-report.ts';

/** What the fields tell about one recipient, before anybody judges it. */
export type StatusOfRecipient = {
  address: string;
  finalAddress?: string;
  action: ReportedAction;
  status?: string;
  diagnostic: string;
  remoteServer?: string;
};

export const recipientsMax = 100;
/** One for the message, and room for groups that name nobody. */
const groupsMax = 2 * recipientsMax;

/** Each of them begins another recipient where a program forgot the empty line between two. */
const onceOnly: ReadonlySet<string> = new Set(['original-recipient', 'final-recipient', 'action', 'status']);
const fieldsOfReports =
  /^(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code|remote-mta|x-supplementary-info)[ \t]{0,3}:(.*)$/i;

export function readDeliveryStatus(text: string): StatusOfRecipient[] {
  const recipients = readGroups(groupsIn(text, true));
  // A gateway that puts an empty line after every field leaves only the repetition to tell the recipients apart.
  return recipients.length > 0 ? recipients : readGroups(groupsIn(text, false));
}

function readGroups(groups: readonly MailField[][]): StatusOfRecipient[] {
  const recipients = groups.map(readGroup).filter(recipient => recipient !== undefined);
  return recipients.slice(0, recipientsMax);
}

/** True where somebody wrote the fields of a report into his text. */
export function hasDeliveryStatus(text: string): boolean {
  return (
    /^[ \t>]{0,8}Final-Recipient[ \t]{0,3}:/im.test(text) && /^[ \t>]{0,8}(?:Action|Status)[ \t]{0,3}:/im.test(text)
  );
}

function groupsIn(text: string, emptyLineEnds: boolean): MailField[][] {
  const groups: MailField[][] = [];
  let group: MailField[] = [];
  function finish(): void {
    if (group.length > 0) groups.push(group);
    group = [];
  }
  let isContinued = false;
  for (const line of text.split('\n')) {
    if (groups.length > groupsMax) break;
    const plain = line.replace(/^[ \t]{0,8}>[ >\t]{0,8}/, '');
    const match = fieldsOfReports.exec(plain.slice(0, 4096));
    const last = group.at(-1);
    if (match) {
      const name = (match[1] ?? '').toLowerCase();
      if (onceOnly.has(name) && group.some(field => field.name === name)) {
        // An original recipient right before a second final one belongs to that.
        const ahead = last?.name === 'original-recipient' && name === 'final-recipient' ? group.pop() : undefined;
        finish();
        if (ahead) group.push(ahead);
      }
      group.push({ name, value: (match[2] ?? '').trim() });
      isContinued = true;
    } else if (isContinued && last && /^[ \t]+\S/.test(plain)) {
      if (last.value.length < 4096) last.value += ` ${plain.trim()}`;
    } else {
      isContinued = false;
      if (emptyLineEnds && plain.trim() === '') finish();
    }
  }
  finish();
  return groups;
}

function readGroup(fields: readonly MailField[]): StatusOfRecipient | undefined {
  const final =
    addressOfField(fieldOf(fields, 'final-recipient')) ?? addressOfField(fieldOf(fields, 'x-actual-recipient'));
  const original = addressOfField(fieldOf(fields, 'original-recipient'));
  const address = original ?? final;
  if (address === undefined) return undefined;

  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(fieldOf(fields, 'status'))?.[0];
  const action = readAction(fieldOf(fields, 'action'), status);
  if (action === undefined) return undefined;

  const diagnostic = fieldOf(fields, 'diagnostic-code') || fieldOf(fields, 'x-supplementary-info');
  const recipient: StatusOfRecipient = { address, action, diagnostic: cleanRemoteText(decodeEncodedWords(diagnostic)) };
  if (final !== undefined && final.toLowerCase() !== address.toLowerCase()) recipient.finalAddress = final;
  if (status !== undefined) recipient.status = status;
  const remoteServer = serverOf(fieldOf(fields, 'remote-mta'));
  if (remoteServer !== undefined) recipient.remoteServer = remoteServer;
  return recipient;
}

/** `dns; mx.buyer.test (192.0.2.1)`, `dns;[192.0.2.1]`. */
export function serverOf(value: string): string | undefined {
  return /(?:^|;)[ \t]{0,5}\[?([A-Za-z0-9._:-]{1,255})/.exec(
    value.replace(/^[ \t]{0,5}[A-Za-z0-9-]{1,20}[ \t]{0,5};/, ';'),
  )?.[1];
}

/** A missing or invented action follows from the class of the status (RFC 3463 3.1). */
function readAction(value: string, status: string | undefined): ReportedAction | undefined {
  const word = /[a-z]+/.exec(value.toLowerCase())?.[0] ?? '';
  if (word === 'failed' || word === 'failure') return 'failed';
  if (word.startsWith('delay')) return 'delayed';
  if (word === 'delivered' || word === 'relayed' || word === 'expanded') return word;
  if (status === undefined) return undefined;
  if (status.startsWith('5')) return 'failed';
  return status.startsWith('4') ? 'delayed' : 'delivered';
}
