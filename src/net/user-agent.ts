// Who the bot says it is, so that a web site's owner can tell it apart and complain.

/** The User-Agent header (RFC 9110 §10.1.5) for this version; `contact` is a page or an address, or empty. */
export function userAgent(version: string, contact: string): string {
  const product = `Errand/${version}`;
  return contact ? `${product} (+${contact})` : product;
}
