// The pages of the sample web: one rich in metadata, an article, a late one and one that tries tricks.

/** A page of the sample web before it is written as HTML. */
export interface SamplePage {
  readonly title: string;
  readonly description?: string;
  readonly siteName?: string;
  /** Path of a picture on the same site. */
  readonly picture?: string;
  readonly author?: string;
  readonly publishedAt?: string;
  /** HTML of the body. */
  readonly body: string;
}

/** Writes `page` as an HTML document that lives at `address`. */
export function renderPage(page: SamplePage, address: string): string {
  const meta = [
    ['name', 'description', page.description],
    ['name', 'author', page.author],
    ['property', 'og:type', page.publishedAt ? 'article' : 'website'],
    ['property', 'og:title', page.title],
    ['property', 'og:description', page.description],
    ['property', 'og:site_name', page.siteName],
    ['property', 'og:url', address],
    ['property', 'og:image', page.picture && new URL(page.picture, address).href],
    ['property', 'article:published_time', page.publishedAt],
  ] as const;
  const tags = meta.flatMap(([kind, name, value]) =>
    value === undefined ? [] : `<meta ${kind}="${name}" content="${escapeHtml(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(page.title)}</title>
${tags.join('\n')}
<link rel="canonical" href="${escapeHtml(address)}">
</head>
<body>
${page.body}
</body>
</html>
`;
}

/** The page of one of many market stalls. */
export function stallPage(number: number): SamplePage {
  return {
    title: `Market stall ${number}: what is fresh today`,
    description: 'Pears, dill, three sorts of honey, and whatever the boats brought in this morning.',
    siteName: 'The Old Market',
    body: `<main><h1>Stall ${number}</h1><p>Open until noon.</p></main>`,
  };
}

/** A fast page with everything that a card can show. */
export const newsPage: SamplePage = {
  title: 'Harbour lamp lit again after forty quiet years',
  description:
    'Two sisters, a box of spare lenses and a borrowed ladder: how the smallest light on the coast came back.',
  siteName: 'The Harbour Post',
  picture: '/lamp.svg',
  author: 'Mina Aldous',
  publishedAt: '2026-01-05T07:30:00Z',
  body: `<header><a href="/">The Harbour Post</a></header>
<main><h1>Harbour lamp lit again after forty quiet years</h1>
<p>On Saturday evening the lamp at the end of the north mole was lit for the first time since it went dark. Some
three hundred people came to see it, most of them with a thermos.</p></main>`,
};

/** A page long enough to be read as an article, with the usual clutter around it. */
export const articlePage: SamplePage = {
  title: 'The patient art of waiting for a kettle',
  description: 'A watched pot does boil. What happens meanwhile is worth a closer look.',
  siteName: 'Slow Journal',
  author: 'Ines Okafor',
  publishedAt: '2026-02-11T16:00:00Z',
  body: `<nav><a href="/">Home</a> <a href="/about">About</a> <a href="/subscribe">Subscribe</a></nav>
<aside><h2>Most read</h2><ul><li><a href="/1">Ten kettles</a></li><li><a href="/2">Against lids</a></li></ul></aside>
<article>
<h1>The patient art of waiting for a kettle</h1>
<p class="byline">By Ines Okafor</p>
<p>Put a litre of cold water on the stove and nothing seems to happen. The flame is busy, the water is not. Yet from the
first second heat is moving: the metal warms, a thin layer above it warms, and that layer, now a little lighter than the
water on top of it, begins to rise. Long before there is anything to see there is a slow wheel turning in the pot.</p>
<p>After a minute the first bubbles sit on the bottom. They are not steam. They are air that the cold water had held and
the warm water cannot, and they are the reason why water that was boiled once tastes flat. Shake the pot and they let go
all at once, like people who were only waiting for somebody else to leave first.</p>
<h2>The song before the boil</h2>
<p>Then the kettle begins to sing. Steam bubbles form at the bottom, rise into water that is still too cool for them, and
collapse. Each collapse is a small clap; thousands of them in a second make the rising hiss that everybody knows. The
song is loudest before the water boils. When it falls silent, the whole pot is hot, the bubbles reach the top unharmed,
and what remains is the low, rolling sound of a boil.</p>
<blockquote><p>A kettle is the only clock in the kitchen that tells the time by itself.</p></blockquote>
<p>None of this can be hurried by looking, and none of it is slowed down. A litre needs about three hundred and thirty
kilojoules to get from the tap to the boil; a good stove gives two of them a second, and so the song begins after two
minutes and ends before three. <strong>The proverb measures the watcher, not the pot.</strong></p>
<p>So there is a small pleasure to be had. Stand there, do nothing, and hear the wheel start, the air leave, the song rise
and fall. The tea is the same. The three minutes are not.</p>
</article>
<footer><p>Slow Journal appears when it is ready. <a href="/imprint">Imprint</a></p></footer>`,
};

/** What the slow page says when at last it answers. */
export const slowPage: SamplePage = {
  title: 'Good things take eight seconds',
  description: 'This page thinks for a while before it answers.',
  siteName: 'The Slow House',
  body: '<h1>Good things take eight seconds</h1><p>Thank you for waiting.</p>',
};

/** A page whose title tries to mention people, to turn the text around and to run as code. */
export const hostilePage: SamplePage = {
  title:
    '@everyone @admin /cancel \u202Egpj.ecnelis\u202C <script>alert(1)</script> <b>bold?</b> [tap](tg://user?id=1)',
  description:
    '\u2067Right to left\u2069 \u200B\u200B*stars* _lines_ `ticks` &amp; &lt;tags&gt; https://t.me/+free',
  siteName: 'Totally Harmless\u0007',
  body: '<h1>Nothing to see</h1><script>document.title = "still running"</script>',
};

/** What an address that leads nowhere answers. */
export const missingPage: SamplePage = {
  title: 'There is no such page',
  body: '<h1>There is no such page</h1><p>It may never have existed.</p>',
};

/** The picture that belongs to the news page, as SVG. */
export const lampPicture = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">
<rect width="1200" height="630" fill="#17263a"/><path d="M600 250 1200 60v380z" fill="#f5d68a" opacity=".35"/>
<path d="M560 560h80l-16-300h-48z" fill="#f3efe6"/><circle cx="600" cy="245" r="30" fill="#f5d68a"/></svg>
`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
