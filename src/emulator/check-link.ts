// Which addresses Telegram takes as links, and how it writes them.

const httpLike = new Set(['http:', 'https:', 'ftp:', 'tonsite:']);

/**
 * The address as Telegram keeps it, with a scheme; undefined when it takes it for no link, as it does with a host
 * that has no dot in its name, `localhost` too.
 */
export function checkLink(address: string): string | undefined {
  const trimmed = address.trim();
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  if (url.protocol === 'tg:' || url.protocol === 'ton:') return whole;
  if (!httpLike.has(url.protocol)) return undefined;
  return /[.:]/.test(url.hostname) ? url.href : undefined;
}
