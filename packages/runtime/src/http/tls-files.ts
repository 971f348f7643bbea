// Certificate and key as files: read together, checked to belong together, and watched, because tools such as
// certbot replace them while the server runs.

import { readFileSync, type StatsListener, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';

export type TlsFiles = { certFile: string; keyFile: string };
export type TlsMaterial = { cert: Buffer; key: Buffer };

const secondsBetweenLooks = 5;

/** Throws with a sentence when a file cannot be read, or when certificate and key do not belong together. */
export function readTlsFiles(files: TlsFiles): TlsMaterial {
  const cert = readFile(files.certFile, 'certificate');
  const key = readFile(files.keyFile, 'key');
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error(
      `The certificate ${files.certFile} and the key ${files.keyFile} cannot be used together: ${reasonOf(error)}`,
    );
  }
  return { cert, key };
}

function readFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`The TLS ${what} ${path} cannot be read: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Calls `onChange` when one of the files was replaced. Returns the function that ends the watching. Files are looked
 * at by name every few seconds: notifications of the file system miss a symbolic link that is moved to a new
 * directory, which is how certbot and Kubernetes renew certificates.
 */
export function watchTlsFiles(files: TlsFiles, onChange: () => void): () => void {
  const look: StatsListener = (now, before) => {
    const isReplaced = now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size;
    // An inode of zero means that the file is gone for a moment: there is nothing to read yet.
    if (isReplaced && now.ino !== 0) onChange();
  };
  const paths = new Set([files.certFile, files.keyFile]);
  for (const path of paths) watchFile(path, { interval: secondsBetweenLooks * 1000, persistent: false }, look);
  return () => {
    for (const path of paths) unwatchFile(path, look);
  };
}
