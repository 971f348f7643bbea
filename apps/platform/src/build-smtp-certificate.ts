// The certificate of the SMTP listeners: the operator's files, read again when they change, or a self-signed one that the
// first start makes.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { readTlsFiles, watchTlsFiles } from '@pennyblack/runtime/http/tls-files.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import { loadOrMakeCertificate } from '@pennyblack/runtime/tls/self-signed-certificate.ts';
import type { Settings } from './config.ts';

export type SmtpCertificate = { cert: string | Buffer; key: string | Buffer };

/** `use` is called with each later certificate until `stopWatching`. */
export async function openCertificate(
  { settings, clock, log }: { settings: Settings; clock: Clock; log: Log },
  use: (tls: SmtpCertificate) => void,
): Promise<{ tls: SmtpCertificate; stopWatching: () => void }> {
  const { tls: files, dataFolder, mailHostname } = settings;
  if (!files) {
    return { tls: await loadOrMakeCertificate(dataFolder, mailHostname, clock.now()), stopWatching: () => {} };
  }
  const stopWatching = watchTlsFiles(files, () => {
    try {
      use(readTlsFiles(files));
    } catch (error) {
      log.error({ error }, 'the new certificate cannot be used; the old one stays');
    }
  });
  return { tls: readTlsFiles(files), stopWatching };
}
