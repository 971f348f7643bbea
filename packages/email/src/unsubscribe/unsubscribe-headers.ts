// The fields by which mail programs offer to unsubscribe. Sources: RFC 2369 3.2 and RFC 8058 3.1.

import { encodeTextHeader } from '../headers/encode-header.ts';
import { fieldLinesOf } from '../submission/complete-header.ts';

type Field = { name: string; value: string };

const names: ReadonlySet<string> = new Set(['list-unsubscribe', 'list-unsubscribe-post']);

export function unsubscribeFields(url: string): Field[] {
  return [
    { name: 'List-Unsubscribe', value: `<${url}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ];
}

/** Ours in the place of the sender's own, because receivers read one only. */
export function withUnsubscribeFields(fields: readonly Field[], url: string): Field[] {
  return [...fields.filter(({ name }) => !names.has(name.toLowerCase())), ...unsubscribeFields(url)];
}

/** The same for the header of a message that came by SMTP; every other byte stays. */
export function withUnsubscribeLines(header: Buffer, url: string): Buffer {
  const kept = fieldLinesOf(header).filter(({ name }) => !names.has(name.toLowerCase()));
  const added = unsubscribeFields(url).map(({ name, value }) => encodeTextHeader(name, value));
  return Buffer.from([...kept.map(({ line }) => line), ...added].join(''), 'latin1');
}
