// What a page says of itself, for its card; runs in a child process, on bytes that nobody has vouched for.

import { decodePage } from './charset.ts';
import { readHead } from './head.ts';
import { findArticle } from './linked-data.ts';

/** A page to be read: its first bytes and the Content-Type that came with them. */
export interface PageJob {
  bytes: Uint8Array;
  contentType: string | undefined;
}

/** What a page says of itself, in its own words: cut to 4,096 UTF-16 units each, not cleaned. */
export interface PageWords {
  title: string | undefined;
  description: string | undefined;
  siteName: string | undefined;
  author: string | undefined;
  published: string | undefined;
  language: string | undefined;
  image: string | undefined;
}

const maxWordsLength = 4096;

/**
 * Reads what a page says of itself: Open Graph is believed first, then Twitter's cards, plain HTML, and the
 * first article in JSON-LD.
 */
export function readPage({ bytes, contentType }: PageJob): PageWords {
  const { meta, title, language, linkedData } = readHead(decodePage(bytes, contentType));
  const article = findArticle(linkedData);
  const said = (...names: string[]) => names.map((name) => meta.get(name));
  return {
    title: first(...said('og:title', 'twitter:title'), title, article?.headline),
    description: first(...said('og:description', 'twitter:description', 'description'), article?.description),
    siteName: first(...said('og:site_name', 'application-name'), article?.publisher),
    author: first(...said('author', 'article:author', 'twitter:creator').filter(isName), article?.author),
    published: first(
      ...said('article:published_time', 'og:published_time', 'datepublished', 'date'),
      article?.published,
    ),
    language: first(language, ...said('og:locale')),
    image: first(...said('og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image'), article?.image),
  };
}

function first(...candidates: (string | undefined)[]): string | undefined {
  return candidates.find((words) => words !== undefined && words.trim() !== '')?.slice(0, maxWordsLength);
}

/** Open Graph wants an author's address; only a name is worth showing. */
function isName(words: string | undefined): boolean {
  return !/^\s*https?:/i.test(words ?? '');
}
