// Writes the message of one entry: the templates with its model, and sending's own rules about what comes of it. Pure.

import { type CheckedMessage, checkMessage } from '../message-rules.ts';
import type { BulkEntry } from './bulk-request.ts';
import { requestOfEntry } from './merge-rules.ts';
import type { PreparedDefinition } from './prepare-definition.ts';

/** With a `reason` it could not be written, and has neither bodies nor attachments: nothing of it may be sent. */
export type WrittenEntry = { checked: CheckedMessage; reason: string | undefined };

export function writeEntry(
  { definition, write }: PreparedDefinition,
  entry: BulkEntry,
  options: { allowNonAsciiMailboxes: boolean },
): WrittenEntry {
  const written = write(entry.model);
  if (written.kind === 'failed') return { checked: unwritten(definition, entry, options), reason: written.reason };
  const decision = checkMessage(requestOfEntry(definition.shared, entry, written.content), options);
  if (decision.kind === 'message') return { checked: decision.message, reason: undefined };
  return { checked: unwritten(definition, entry, options), reason: decision.message };
}

function unwritten(
  { shared, content }: PreparedDefinition['definition'],
  entry: BulkEntry,
  options: { allowNonAsciiMailboxes: boolean },
): CheckedMessage {
  const request = requestOfEntry({ ...shared, attachments: [] }, entry, { subject: content.subject, textBody: 'x' });
  const decision = checkMessage(request, options);
  // All this was checked when the request was accepted; only a change of our own rules can make it wrong.
  if (decision.kind === 'refused') throw new Error(`An accepted entry is refused: ${decision.message}`);
  const { text: _standIn, ...checked } = decision.message;
  return checked;
}
