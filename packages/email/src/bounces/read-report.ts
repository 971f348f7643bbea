// Reads a mail that came to a return path. Whatever it is, reading it never throws, costs a bounded amount of work, and
// never names a recipient whom the mail does not name.

import { type MailPart, nestingMax, type ReadingTally, readParts } from '../mime/read-parts.ts';
import type { MailReport } from './mail-report.ts';
import { readAutoReply } from './read-auto-reply.ts';
import { readComplaint } from './read-complaint.ts';
import { readMachineReport, readWrittenReport } from './read-delivery-report.ts';

/** `source` is the whole message as it came. `tally`, for tests, is told what reading it cost. */
export function readReport(source: Buffer, tally?: ReadingTally): MailReport {
  const message = readParts(source, tally);
  const parts = partsOf(message);
  return (
    readMadeForMachines(message, 0) ??
    readWrittenReport(message, parts) ??
    readAutoReply(message, parts) ?? { kind: 'none' }
  );
}

/** Of the message itself, or of a report that somebody forwarded within it. */
function readMadeForMachines(message: MailPart, depth: number): MailReport | undefined {
  const parts = partsOf(message);
  const found = readComplaint(message, parts) ?? readMachineReport(message, parts);
  if (found || depth === nestingMax) return found;
  for (const part of parts) {
    const [child] = part.type === 'message/rfc822' ? part.children : [];
    const inner = child && readMadeForMachines(child, depth + 1);
    if (inner) return inner;
  }
  return undefined;
}

/** The message and all its parts, but not those of a message within it. */
function partsOf(message: MailPart): MailPart[] {
  const isWhole = message.type.startsWith('message/');
  return [message, ...(isWhole ? [] : message.children.flatMap(partsOf))];
}
