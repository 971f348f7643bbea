// A sending domain and its DKIM keys. Names are A-labels in lower case.

export type DkimAlgorithm = 'rsa-sha256' | 'ed25519-sha256';
export type DkimKeyState = 'pending' | 'active' | 'revoked';

export type DkimKey = {
  selector: string;
  algorithm: DkimAlgorithm;
  publicKey: string;
  privateKeyEncrypted: Buffer;
  state: DkimKeyState;
};

export type Domain = { domainId: number; accountId: number | null; name: string; verifiedAt: Date | null };

/** A DNS record that somebody has to publish. */
export type DnsRecord = { type: 'TXT'; name: string; value: string };
