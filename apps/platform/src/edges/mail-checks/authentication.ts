// What is found out about the sender of a mail. The words are those of RFC 8601 2.7.

export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';
/** Of several signatures the best one: one that holds is enough. */
export type DkimResult = 'none' | 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror';
/** `none`: the domain publishes no policy, or the mail has not exactly one author. */
export type DmarcResult = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';
export type ArcResult = 'none' | 'pass' | 'fail';

export type Authentication = {
  spf: SpfResult;
  dkim: DkimResult;
  dmarc: DmarcResult;
  arc: ArcResult;
  /** The entries of Authentication-Results with their properties, such as `dkim=pass header.d=…`. */
  details: readonly string[];
};

export const nothingFoundOut: Authentication = {
  spf: 'temperror',
  dkim: 'temperror',
  dmarc: 'temperror',
  arc: 'none',
  details: ['spf=temperror', 'dkim=temperror', 'dmarc=temperror', 'arc=none'],
};
