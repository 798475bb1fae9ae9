// What is known of a page, made in the main process from the words that the child found.

import { plainWords } from './plain-words.ts';

/** What a page says of itself, fit to be shown; it may still be untrue, and Telegram may still find links in it. */
export interface PageSummary {
  /** At most 200 graphemes. */
  title?: string;
  /** At most 300 graphemes. */
  description?: string;
  /** At most 60 graphemes. */
  siteName?: string;
  /** At most 60 graphemes. */
  author?: string;
  /** A moment in UTC (`2026-05-01T08:00:00.000Z`), or a day (`2026-05-01`) when the page gives no time zone. */
  published?: string;
  /** A language tag (BCP 47). */
  language?: string;
  /** An absolute http or https address of at most 2,048 characters; nobody has looked at it yet. */
  image?: string;
}

const maxAddressLength = 2048;

/** Cleans what the child answered about the page at `url`; whatever isn't as expected is left out. */
export function readSummary(answer: unknown, url: string): PageSummary {
  const said: Partial<Record<string, unknown>> =
    typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const words = (field: keyof PageSummary) => {
    const value = said[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  const fields: Required<PageSummary> = {
    title: plainWords(words('title'), 200),
    description: plainWords(words('description'), 300),
    siteName: plainWords(words('siteName'), 60),
    author: plainWords(words('author'), 60),
    published: readMoment(words('published')),
    language: readLanguage(words('language')),
    image: readAddress(words('image'), url),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function readMoment(text: string): string {
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.]{5,18}(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  const moment = zoned ? new Date(text) : undefined;
  if (moment && !Number.isNaN(moment.getTime())) return moment.toISOString();
  const day = text.slice(0, 10);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : '';
}

function readLanguage(text: string): string {
  try {
    return Intl.getCanonicalLocales(text.slice(0, 35).replaceAll('_', '-'))[0] ?? '';
  } catch {
    // Not a language tag.
    return '';
  }
}

function readAddress(text: string, base: string): string {
  const address = text === '' ? null : URL.parse(text, base);
  const isWeb = address?.protocol === 'http:' || address?.protocol === 'https:';
  return isWeb && address.href.length <= maxAddressLength ? address.href : '';
}
