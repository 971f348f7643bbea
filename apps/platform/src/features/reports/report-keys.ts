// The keys that sign what a report has to name: return paths and feedback ids. The newest signs, retired ones are accepted.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { ComplaintLoop } from '../messages/ports.ts';
import { complaintLocalPart } from './address-rules.ts';
import type { ReportKeys } from './report.ts';

export function reportKeys(keyRing: KeyRing): ReportKeys {
  return { returnPath: keyRing.deriveKeys('return paths'), feedback: keyRing.deriveKeys('feedback ids') };
}

/** What outgoing mail says about complaints. */
export function complaintLoopOf(mailHostname: string, keyRing: KeyRing): ComplaintLoop {
  return { address: `${complaintLocalPart}@${mailHostname}`, key: reportKeys(keyRing).feedback[0] };
}
