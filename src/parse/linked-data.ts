// Finds the article that a page describes in JSON-LD (schema.org), without following it further than it is worth.

/** What JSON-LD says of an article; each word as it stands there. */
export interface LinkedArticle {
  headline: string;
  description: string;
  author: string;
  published: string;
  publisher: string;
  image: string;
}

const maxNodes = 200;
const articleType = /(?:Article|Posting|Report)$/;

/** The first article among `blocks` of JSON-LD; blocks that aren't JSON are passed over. Looks at 200 nodes at most. */
export function findArticle(blocks: readonly string[]): LinkedArticle | undefined {
  const nodes: unknown[] = blocks.map(parseBlock);
  for (let index = 0; index < Math.min(nodes.length, maxNodes); index += 1) {
    const node = nodes[index];
    if (Array.isArray(node)) nodes.push(...node.slice(0, maxNodes));
    else if (isRecord(node)) {
      if (isArticle(node)) return readArticle(node);
      nodes.push(node['@graph'], node['mainEntity']);
    }
  }
  return undefined;
}

function parseBlock(block: string): unknown {
  try {
    return JSON.parse(block);
  } catch {
    // Broken JSON-LD is common and says nothing.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArticle(node: Record<string, unknown>): boolean {
  const types: unknown[] = [node['@type']].flat();
  return types.some((type) => typeof type === 'string' && articleType.test(type));
}

function readArticle(node: Record<string, unknown>): LinkedArticle {
  return {
    headline: firstWords(node['headline']),
    description: firstWords(node['description']),
    author: firstWords(node['author'], 'name'),
    published: firstWords(node['datePublished']),
    publisher: firstWords(node['publisher'], 'name'),
    image: firstWords(node['image'], 'url'),
  };
}

/** The first string in `value`: itself, the first of a list, or what an object holds under `key`; empty if there is none. */
function firstWords(value: unknown, key = '@value'): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const words = isRecord(first) ? first[key] : first;
  return typeof words === 'string' ? words : '';
}
