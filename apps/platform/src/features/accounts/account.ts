// An account owns servers, domains and sender signatures. It is the customer of an installation.

export type Account = { accountId: number; name: string };

/** An API token in clear text, next to what the database keeps of it. */
export type NewToken = { token: string; tokenHash: Buffer; tokenEncrypted: Buffer };

/** A valid token as the database keeps it. */
export type StoredToken = { tokenId: number; accountId: number; name: string; tokenEncrypted: Buffer; createdAt: Date };

/** What is shown of a token that is listed: enough to tell it from the others, too little to use it. */
export type ListedToken = { tokenId: number; name: string; lastCharacters: string; createdAt: Date };
