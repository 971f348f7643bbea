// An account owns servers, domains and sender signatures. It is the customer of an installation.

export type Account = { accountId: number; name: string };

/** An API token in clear text, next to what the database keeps of it. */
export type NewToken = { token: string; tokenHash: Buffer; tokenEncrypted: Buffer };
