// A card for each link of a message, fetched side by side, each succeeding or failing alone.

import { FormattedString } from '@grammyjs/parse-mode';
import type { Button, Handler, LinkCard, Outcome, Request, Tools, Words } from '../src/handler.ts';
import { sayBytes, saySpan } from './quantities.ts';

/** Up to so many links each card has its description. */
const maxLongCards = 3;
const buttonsInRow = 5;
/** Characters of an address that are shown. */
const maxAddress = 70;

export const cards: Handler = {
  name: 'cards',
  work: 'lookup',
  takes: 'links',
  hidden: true,
  async run(request, tools) {
    const links = request.links.slice(0, tools.limits.linksAtOnce);
    const showProgress = (sofar: Sofar) => tools.progress(progressOf(links, sofar, tools));
    showProgress(links.map(() => undefined));
    const outcomes = await tools.gather(links, (link) => tools.look(link), showProgress);
    const [only] = outcomes;
    if (outcomes.length === 1 && only && !only.ok) throw only.error;
    return {
      words: FormattedString.join([...layOut(links, outcomes, tools), ...leftOut(request, tools)], '\n\n'),
      buttons: [...(await fileButtons(links, outcomes, tools)), ...againButton(request, outcomes, tools)],
    };
  },
};

/** How the links stand: undefined is what is still looked at. */
type Sofar = readonly (Outcome<LinkCard> | undefined)[];

/** The cards that are there already, and how many are to come. */
function progressOf(links: readonly string[], sofar: Sofar, tools: Tools): Words {
  const done = sofar.filter((outcome) => outcome !== undefined).length;
  const status = tools.t('cards-progress', { done, count: links.length });
  return FormattedString.join([...(done > 0 ? layOut(links, sofar, tools) : []), status], '\n\n');
}

function layOut(links: readonly string[], outcomes: Sofar, tools: Tools): FormattedString[] {
  const isLong = outcomes.length <= maxLongCards;
  return outcomes.map((outcome, i) => {
    const link = links[i] ?? '';
    const card = outcome?.ok ? describe(outcome.value, isLong, tools) : excuse(link, outcome?.error, tools);
    return outcomes.length > 1 ? FormattedString.join([`${i + 1}. `, card]) : card;
  });
}

function describe(card: LinkCard, isLong: boolean, { t, language }: Tools): FormattedString {
  const title = FormattedString.link(card.title || shorten(addressOf(card)), card.url.href);
  const lines = [FormattedString.b(title), isLong && card.description, facts(card, t, language).join(' · ')];
  if (card.redirects.length > 0) {
    const path = [...card.redirects.map(({ host }) => host), card.host].filter(
      (host, i, all) => host !== all[i - 1],
    );
    lines.push(t('card-redirects', { count: card.redirects.length, path: path.join(' → ') }));
  }
  return FormattedString.join(
    lines.filter((line): line is string | FormattedString => !!line),
    '\n',
  );
}

/** Site, status, kind, size, time, certificate: what is known and worth knowing. */
function facts(card: LinkCard, t: Tools['t'], language: string): string[] {
  const isPage = card.type === 'text/html';
  const site = card.site && card.site !== card.title ? `${card.site} (${card.host})` : card.host;
  const secure = card.certificateUntil
    ? t('card-certificate', {
        until: card.certificateUntil.toLocaleDateString(language, { dateStyle: 'medium' }),
      })
    : t('card-unencrypted');
  return [
    site,
    card.status === 200 ? '' : t('card-status', { status: card.status }),
    isPage ? t('card-page') : (card.type ?? ''),
    card.size === undefined ? '' : sayBytes(t, card.size),
    saySpan(t, card.elapsedMs),
    secure,
  ].filter(Boolean);
}

/** A link without a card: why there is none, or nothing while it is looked at. */
function excuse(link: string, error: unknown, { explain }: Tools): FormattedString {
  const address = FormattedString.code(shorten(link));
  return error === undefined ? address : FormattedString.join([address, explain(error)], '\n');
}

function leftOut({ links }: Request, { t, limits }: Tools): Words[] {
  if (links.length <= limits.linksAtOnce) return [];
  return [{ text: t('cards-left-out', { taken: limits.linksAtOnce, count: links.length }) }];
}

async function fileButtons(
  links: readonly string[],
  outcomes: Outcome<LinkCard>[],
  tools: Tools,
): Promise<Button[][]> {
  const isAlone = outcomes.length === 1;
  const buttons: Button[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    const link = links[i];
    const id = outcome.ok && outcome.value.status < 300 && link !== undefined && (await tools.remember(link));
    if (!id) continue;
    const label = isAlone ? tools.t('card-get') : tools.t('card-get-numbered', { number: i + 1 });
    buttons.push({ label, call: `get:${id}` });
  }
  return Array.from({ length: Math.ceil(buttons.length / buttonsInRow) }, (_, row) =>
    buttons.slice(row * buttonsInRow, (row + 1) * buttonsInRow),
  );
}

function againButton({ id }: Request, outcomes: Outcome<LinkCard>[], { t, mayPass }: Tools): Button[][] {
  const canHelp = outcomes.some((outcome) => !outcome.ok && mayPass(outcome.error));
  return canHelp ? [[{ label: t('button-again'), call: `again:${id}` }]] : [];
}

function addressOf({ host, url }: LinkCard): string {
  return `${host}${url.pathname === '/' ? '' : url.pathname}`;
}

/** Cuts the middle out of what is long, and shows what is unseen as it stands in an address. */
function shorten(address: string): string {
  const short =
    address.length <= maxAddress ? address : `${address.slice(0, maxAddress - 20)}…${address.slice(-19)}`;
  return short.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, encodeURIComponent);
}
