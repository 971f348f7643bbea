// An SMTP token is a user name (access key) and a password (secret key) with which mail for one stream is handed over by
// SMTP. Source: Postmark's guide to sending by SMTP; the endpoints are ours.

/** What its owner sees. The secret key is shown once, when the token is made. */
export type SmtpToken = { smtpTokenId: number; streamId: string; name: string; accessKey: string; createdAt: Date };

/** What the database keeps of one. */
export type NewSmtpToken = {
  name: string;
  accessKeyHash: Buffer;
  accessKeyEncrypted: Buffer;
  secretKeyHash: Buffer;
  secretKeyEncrypted: Buffer;
};
