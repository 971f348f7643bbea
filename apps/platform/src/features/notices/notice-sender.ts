// Who writes the installation's own mail.

/** On the mail host name, whose keys sign it. */
export function noticeSender(mailHostname: string): string {
  return `no-reply@${mailHostname}`;
}
