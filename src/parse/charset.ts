// Turns the bytes of a page into text, whatever its author said or forgot to say about them.

import { MIMEType } from 'node:util';
import sniffEncoding from 'html-encoding-sniffer';

const undeclared = 'undeclared';

/**
 * The text of a page: by its byte order mark, else the charset of `contentType`, else its `<meta>` (WHATWG HTML, 13.2.3),
 * else as UTF-8 when it is valid UTF-8, else as windows-1252. Broken bytes become U+FFFD; never throws.
 */
export function decodePage(bytes: Uint8Array, contentType: string | undefined): string {
  const encoding = sniffEncoding(bytes, {
    transportLayerEncodingLabel: readCharset(contentType),
    maxPrescanBytes: bytes.length,
    defaultEncoding: undeclared,
  });
  return decoderOf(encoding, bytes).decode(bytes);
}

function readCharset(contentType = ''): string | undefined {
  try {
    // A comma parts it from a second header of that name.
    return new MIMEType(contentType).params.get('charset')?.split(',')[0];
  } catch {
    // Not a media type, or two of them: a charset may be named all the same.
    return /[\s;,]charset\s*=\s*"?([\w:.+-]{1,40})/i.exec(`;${contentType.slice(0, 500)}`)?.[1];
  }
}

function decoderOf(encoding: string, bytes: Uint8Array): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    // Undeclared, or an encoding that the standard knows but refuses to decode.
    return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252');
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // As a stream, because the caller's limit may have cut the last character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
