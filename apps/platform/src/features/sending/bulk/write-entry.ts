// Writes the message of one entry: the templates with its model, and sending's own rules about what comes of it. Pure.

import { renderForSending } from '../../templates/render-for-sending.ts';
import { type CheckedMessage, checkMessage } from '../message-rules.ts';
import { withText } from '../text-part-rules.ts';
import type { BulkDefinition, BulkEntry } from './bulk-request.ts';
import { requestOfEntry } from './merge-rules.ts';
import type { PreparedDefinition } from './prepare-definition.ts';

/** With a `reason` it could not be written, and has neither bodies nor attachments: nothing of it may be sent. */
export type WrittenEntry = { checked: CheckedMessage; reason: string | undefined };

export function writeEntry(
  { definition, content }: PreparedDefinition,
  entry: BulkEntry,
  options: { allowNonAsciiMailboxes: boolean },
): WrittenEntry {
  const rendering = renderForSending(content, entry.model, { inlineCss: definition.content.inlinesCss });
  if (rendering.kind === 'failed') return { checked: unwritten(definition, entry, options), reason: rendering.message };
  const request = withText(requestOfEntry(definition.shared, entry, rendering.content));
  const decision = checkMessage(request, options);
  if (decision.kind === 'message') return { checked: decision.message, reason: undefined };
  return { checked: unwritten(definition, entry, options), reason: decision.message };
}

function unwritten(
  { shared, content }: BulkDefinition,
  entry: BulkEntry,
  options: { allowNonAsciiMailboxes: boolean },
): CheckedMessage {
  const written = { subject: content.parts.subject ?? '', textBody: 'stands in for what could not be written' };
  const request = requestOfEntry({ ...shared, attachments: [] }, entry, written);
  const decision = checkMessage(request, options);
  // All this was checked when the request was accepted; only a change of our own rules can make it wrong.
  if (decision.kind === 'refused') throw new Error(`An accepted entry is refused: ${decision.message}`);
  const { text: _standIn, ...checked } = decision.message;
  return checked;
}
