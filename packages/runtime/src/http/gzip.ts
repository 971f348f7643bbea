// Compressed answers (RFC 9110 8.4.1.3): whether the other side wants gzip, and the compressing itself, which runs
// on the thread pool and so does not hold up other requests.

import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const gzipInPool = promisify(gzip);

/** Reads an Accept-Encoding header (RFC 9110 12.5.3). A weight of zero means "not this one". */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  let isAnyWelcome = false;
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map(part => part.trim());
    const isRefused = parameters.some(parameter => /^q\s*=\s*0(\.0*)?$/.test(parameter));
    if (coding === 'gzip' || coding === 'x-gzip') return !isRefused;
    if (coding === '*') isAnyWelcome = !isRefused;
  }
  return isAnyWelcome;
}

/** The fastest level: JSON lists shrink five to ten times with it already, and higher levels cost several times as much. */
export function gzipText(text: string): Promise<Buffer> {
  return gzipInPool(text, { level: constants.Z_BEST_SPEED });
}
