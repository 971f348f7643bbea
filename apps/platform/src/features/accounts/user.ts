// A person who logs in, and what he may do. Source: Postmark's "User roles": one owner, admins, and members of servers.

export const userRoles = ['owner', 'admin', 'member'] as const;
export type UserRole = (typeof userRoles)[number];

export type User = {
  userId: number;
  accountId: number;
  emailAddress: string;
  role: UserRole;
  /** Of a member; owner and admins may use every server of the account, so theirs is empty. */
  serverIds: readonly number[];
};

export type Session = { sessionId: number; expiresAt: Date; user: User };
