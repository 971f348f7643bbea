// Decides which addresses take reports. Return paths are known by their signature, whatever their host: customers have
// return-path domains of their own. Pure. Sources: RFC 2142 (postmaster, abuse), RFC 9477 (complaints).

import { decodeReturnPath, type ReturnPath } from '@pennyblack/email/return-path/verp.ts';

export type ReportAddress =
  | { kind: 'return_path'; path: ReturnPath }
  /** An address of the mail host itself. The report has to name its message. */
  | { kind: 'role' }
  /** It looks like a return path, and no key of ours made it. */
  | { kind: 'forged' };

/** Where CFBL-Address asks for complaints. */
export const complaintLocalPart = 'fbl';
const roles: ReadonlySet<string> = new Set([complaintLocalPart, 'abuse', 'postmaster', 'mailer-daemon']);
const returnPathForm = /^pm-[a-z2-7]{30,}$/i;

/** Undefined: none of ours. */
export function reportAddressOf(
  address: string,
  mailHostname: string,
  returnPathKeys: readonly Buffer[],
): ReportAddress | undefined {
  const at = address.lastIndexOf('@');
  const localPart = at < 0 ? address : address.slice(0, at);
  const host = at < 0 ? mailHostname : address.slice(at + 1);
  const path = decodeReturnPath(localPart, returnPathKeys);
  if (path) return { kind: 'return_path', path };
  if (host.toLowerCase() !== mailHostname.toLowerCase()) return undefined;
  if (returnPathForm.test(localPart)) return { kind: 'forged' };
  return roles.has(localPart.toLowerCase()) ? { kind: 'role' } : undefined;
}
