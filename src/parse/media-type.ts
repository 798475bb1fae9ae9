// What kind of thing an answer is: read from its Content-Type, or from its first bytes when it has none.

/**
 * The bare media type of a Content-Type value: `text/html; charset=x` gives `text/html`, in lower case (RFC 9110, 8.3.1).
 * Empty when there is none or it isn't one.
 */
export function plainType(contentType: string | undefined): string {
  const type = (contentType ?? '').slice(0, 200).split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
  return /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/.test(type) ? type : '';
}

/** Bytes of a resource that are looked at to guess its type (WHATWG MIME Sniffing, 7). */
const sniffedLength = 1445;
const htmlTags =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|link)[\s>]|^<!--/i;

/**
 * A guess from the beginning of a resource that came without a Content-Type (WHATWG MIME Sniffing, 7.1):
 * a page, a text, or undefined for everything else.
 */
export function sniffType(head: Uint8Array): 'text/html' | 'text/plain' | undefined {
  const start = head.subarray(0, sniffedLength);
  const hasWideMark = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (hasWideMark) return 'text/plain';
  const text = Buffer.from(start)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (htmlTags.test(text.trimStart())) return 'text/html';
  return start.length === 0 || start.some(isBinary) ? undefined : 'text/plain';
}

/** Bytes that no text contains: the controls except tab, line ends, form feed and escape. */
function isBinary(byte: number): boolean {
  return byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte);
}
