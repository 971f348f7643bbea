// Rebound, for pages of customers: asks whether the visitor's address has hard-bounced, and shows a prompt if so. Reads
// window.ReboundSettings, with the names of Postmark's widget. Runs in any browser of the last ten years, sets texts only
// as texts, and never breaks the page: what goes wrong shows nothing.
(() => {
  const script = document.currentScript;
  const settings = window.ReboundSettings || {};
  const email = String(settings.email || '').trim();
  const token = String(settings.publicToken || '');
  const origin = settings.endpoint || new URL(script?.src || '/', window.location.href).origin;
  const reason = 'Hard bounce';
  const details = 'The server was unable to deliver your message (ex: unknown user, mailbox not found).';
  const dismissedKey = `rebound-dismissed:${email.toLowerCase()}`;
  const secondsBetweenQuestionsMin = 60;
  let shown;

  function fill(text) {
    return String(text).replace(/\[\[(email|reason|details)\]\]/g, (_, name) => ({ email, reason, details })[name]);
  }

  function isDismissed() {
    try {
      return window.localStorage.getItem(dismissedKey) !== null;
    } catch {
      return false;
    }
  }

  function rememberDismissal() {
    try {
      window.localStorage.setItem(dismissedKey, '1');
    } catch {
      // A browser that keeps nothing asks again on the next page.
    }
  }

  function element(name, style, text) {
    const made = document.createElement(name);
    Object.assign(made.style, style);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function placeOf(position, appearance) {
    const place = { position: 'fixed', zIndex: '2147483000' };
    const edge = /bottom/i.test(position) ? 'bottom' : 'top';
    if (appearance === 'banner') return { ...place, [edge]: '0', left: '0', right: '0' };
    place[edge] = '16px';
    if (/left$/i.test(position)) return { ...place, left: '16px' };
    if (/right$/i.test(position)) return { ...place, right: '16px' };
    return { ...place, left: '50%', transform: 'translateX(-50%)' };
  }

  function isSafeLink(url) {
    try {
      return /^https?:$/.test(new URL(url, window.location.href).protocol);
    } catch {
      return false;
    }
  }

  function hide() {
    if (shown) shown.remove();
    shown = undefined;
  }

  function show() {
    if (shown) return;
    const appearance = settings.appearance === 'alert' ? 'alert' : 'banner';
    shown = element('div', {
      ...placeOf(settings.position || (appearance === 'alert' ? 'topRight' : 'top'), appearance),
      ...(appearance === 'alert' ? { maxWidth: '360px', borderRadius: '6px' } : {}),
      padding: '12px 16px',
      background: '#fff3cd',
      color: '#3d3000',
      font: '14px/1.5 system-ui, sans-serif',
      boxShadow: '0 1px 6px rgba(0, 0, 0, 0.25)',
    });
    shown.id = 'rebound-prompt';
    shown.setAttribute('role', 'alert');
    const title = settings.title || 'We cannot reach you by email';
    const description =
      settings.description ||
      settings.fallbackDescription ||
      'Mail to [[email]] comes back. Please check your address.';
    shown.append(element('strong', { display: 'block' }, fill(title)), element('span', {}, fill(description)));
    if (settings.actionUrl && isSafeLink(settings.actionUrl)) {
      const link = element(
        'a',
        { marginLeft: '12px', color: 'inherit' },
        fill(settings.actionLabel || 'Update address'),
      );
      link.href = settings.actionUrl;
      shown.append(link);
    }
    const close = element(
      'button',
      { marginLeft: '12px', border: '0', background: 'none', cursor: 'pointer' },
      '\u00d7',
    );
    close.type = 'button';
    close.setAttribute('aria-label', 'Close');
    close.addEventListener('click', () => {
      rememberDismissal();
      hide();
    });
    shown.append(close);
    document.body.append(shown);
  }

  function tell(bounced) {
    if (typeof settings.complete !== 'function') return;
    settings.complete(bounced ? { bounced, email, reason, details } : { bounced, email });
  }

  async function ask() {
    const query = `token=${encodeURIComponent(token)}&email=${encodeURIComponent(email)}`;
    const answer = await fetch(`${origin}/rebound/lookup?${query}`, { credentials: 'omit', cache: 'no-store' });
    if (!answer.ok) return;
    const { Bounced: bounced } = await answer.json();
    if (!bounced) hide();
    // With `repeat` it comes back on every page until the address is right; without, closing it once is enough.
    else if (settings.appearance !== 'custom' && (settings.repeat || !isDismissed())) show();
    tell(bounced === true);
  }

  function start() {
    const askQuietly = () => ask().catch(() => {});
    askQuietly();
    const seconds = Number(settings.repeat);
    if (seconds > 1) window.setInterval(askQuietly, Math.max(seconds, secondsBetweenQuestionsMin) * 1000);
  }

  if (token === '' || email === '') return;
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
