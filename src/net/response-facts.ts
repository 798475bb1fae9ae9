// What an answer's headers say about its body, read with distrust.

type Headers = Readonly<Record<string, string>>;

/** What may go wrong with clocks: a Last-Modified this close to the answer is weak (RFC 9110 §8.8.2.2). */
const weakWithinMs = 1_000;

/**
 * The bytes promised on the wire, and of the file itself where no coding hides them.
 * Undefined when nothing sensible is promised.
 */
export function readSize(headers: Headers): { wireSize: number | undefined; size: number | undefined } {
  const text = headers['content-length'];
  const wireSize = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return { wireSize, size: codingOf(headers) === undefined ? wireSize : undefined };
}

/** The media type, without parameters, in lower case; undefined when it is none. */
export function readType(headers: Headers): string | undefined {
  const type = headers['content-type']?.split(/[;,]/, 1)[0]?.trim().toLowerCase();
  return type !== undefined && /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(type) ? type : undefined;
}

/** A validator strong enough to join two halves of a file (RFC 9110 §13.1.5): it goes into `If-Range`. */
export function readValidator(headers: Headers): string | undefined {
  const tag = headers['etag'];
  if (tag !== undefined) return /^"[\x21\x23-\x7e]{0,300}"$/.test(tag) ? tag : undefined;
  const modified = headers['last-modified'] ?? '';
  const age = Date.parse(headers['date'] ?? '') - Date.parse(modified);
  return age >= weakWithinMs && /^[\w ,:+-]{1,60}$/.test(modified) ? modified : undefined;
}

/**
 * The codings to undo before the body is the file. A .tar.gz that is sent as gzip inside gzip, though it is gzip only
 * once, is a common mistake of servers; such a body is the file as it is.
 */
export function codingOf(headers: Headers): string | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (!coding || coding === 'identity') return undefined;
  const isGzipFile = /^application\/(?:x-)?(?:gzip|gzip-compressed|tgz|compressed-tar)$/.test(
    readType(headers) ?? '',
  );
  return isGzipFile && /^(?:x-)?gzip$/.test(coding) ? undefined : coding;
}

/** Where the bytes of a 206 begin and how many the whole file has; undefined when the header makes no sense. */
export function readContentRange(headers: Headers): { start: number; total: number | undefined } | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(headers['content-range']?.trim() ?? '');
  if (!match) return undefined;
  return { start: Number(match[1]), total: match[3] === '*' ? undefined : Number(match[3]) };
}
