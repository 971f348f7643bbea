// Decides whether a mail goes round in circles. Pure. Source: RFC 5321 6.3 (count of Received fields).

/** Postfix' own limit (hopcount_limit); an honest report passes fewer than ten. */
const hopsMax = 50;

/** Our own mail that arrives at a return path was sent there by somebody's autoresponder over this very platform. */
const ownMail = /^X-PM-Message-Id:/im;

export function isLoop(source: Buffer): boolean {
  const end = source.indexOf('\r\n\r\n');
  const header = source.toString('latin1', 0, end < 0 ? source.length : end + 2);
  return ownMail.test(header) || (header.match(/^Received:/gim)?.length ?? 0) > hopsMax;
}
