// Decides who may use what, and which passwords are taken. Pure.
// Source of the password rules: NIST SP 800-63B, 3.1.1 (length over composition, Unicode normalised).

import type { User } from './user.ts';

export const passwordLengthMin = 12;
export const passwordLengthMax = 256;

export function mayManageAccount(user: Pick<User, 'role'>): boolean {
  return user.role === 'owner' || user.role === 'admin';
}

export function mayUseServer(user: Pick<User, 'role' | 'serverIds'>, serverId: number): boolean {
  return mayManageAccount(user) || user.serverIds.includes(serverId);
}

/** A sentence on what is wrong with a password; undefined when it may be used. */
export function problemOfPassword(password: string, emailAddress: string): string | undefined {
  const length = [...password].length;
  if (length < passwordLengthMin) return `A password has at least ${passwordLengthMin} characters.`;
  if (length > passwordLengthMax) return `A password has at most ${passwordLengthMax} characters.`;
  if (password.toLowerCase() === emailAddress.toLowerCase()) return 'The address is no password.';
  if (new Set(password).size < 4) return 'A password has at least four different characters.';
  return undefined;
}
