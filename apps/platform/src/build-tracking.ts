// Connects tracking with the HTTP listener, and names the hosts that tracked links lead to.

export const trackingKeyPurpose = 'tracking links';

/** Where tracked links begin. A customer's own host is a CNAME to ours, so it is reached the same way. */
export function trackingBaseUrl(publicUrl: string, customHost: string | undefined): string {
  if (customHost === undefined) return publicUrl;
  const { protocol, port, pathname } = new URL(publicUrl);
  return `${protocol}//${customHost}${port === '' ? '' : `:${port}`}${pathname.replace(/\/$/, '')}`;
}
