// The two texts of a message. Those of a message that came by SMTP are decoded when somebody asks for them.

import { readBodies } from '@pennyblack/email/submission/read-bodies.ts';
import { readSourceFields } from '@pennyblack/email/submission/source-fields.ts';
import { readSourceParts } from '@pennyblack/email/submission/source-parts.ts';
import type { MessageContent } from './message-content.ts';

export function bodiesOf({ text, html, source }: MessageContent): { text?: string; html?: string } {
  if (!source) return { ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
  const { fields } = readSourceFields(source.header, 0, false);
  const reading = readSourceParts(source.header, fields, source.body);
  // What was accepted was not too complex.
  return reading.kind === 'parts' ? readBodies(source.body, reading.parts) : {};
}
