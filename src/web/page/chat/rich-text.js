// Text with entities (Bot API, MessageEntity) as elements. What was written only ever becomes text nodes.

import { el } from '../dom.js';

/**
 * @typedef {{ type: string, offset: number, length: number, url?: string, language?: string }} Entity
 * @typedef {{ entity: Entity, start: number, end: number, inner: Node_[] }} Node_
 */

/**
 * Renders `text`. `onCommand` is called with a bot command that is tapped.
 * @param {string} text
 * @param {Entity[]} entities
 * @param {(command: string) => void} onCommand
 * @returns {DocumentFragment}
 */
export function renderText(text, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  appendRange(fragment, { text, onCommand }, 0, text.length, nest(entities, 0, text.length));
  return fragment;
}

/**
 * Arranges entities as a tree; one that reaches over the end of the one around it is cut in two.
 * @param {Entity[]} entities
 * @param {number} from
 * @param {number} to
 * @returns {Node_[]}
 */
export function nest(entities, from, to) {
  const waiting = entities
    .map((entity) => ({ entity, start: entity.offset, end: entity.offset + entity.length }))
    .filter(({ start, end }) => start >= from && start < to && end > start)
    .toSorted(inOrder);
  /** @type {Node_[]} */
  const tree = [];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const node = { ...next, end: Math.min(next.end, to), inner: [] };
    place(tree, node, waiting);
  }
  return tree;
}

/**
 * @param {Node_[]} tree
 * @param {Node_} node
 * @param {{ entity: Entity, start: number, end: number }[]} waiting
 */
function place(tree, node, waiting) {
  const around = tree.at(-1);
  if (!around || around.end <= node.start) {
    tree.push(node);
    return;
  }
  if (node.end > around.end) {
    waiting.push({ entity: node.entity, start: around.end, end: node.end });
    waiting.sort(inOrder);
    node.end = around.end;
  }
  place(around.inner, node, waiting);
}

/**
 * @param {{ start: number, end: number }} a
 * @param {{ start: number, end: number }} b
 */
function inOrder(a, b) {
  return a.start - b.start || b.end - a.end;
}

/**
 * @param {ParentNode} parent
 * @param {{ text: string, onCommand: (command: string) => void }} source
 * @param {number} from
 * @param {number} to
 * @param {Node_[]} nodes
 */
function appendRange(parent, source, from, to, nodes) {
  let at = from;
  for (const { entity, start, end, inner } of nodes) {
    parent.append(source.text.slice(at, start));
    const element = wrap(entity, source.text.slice(start, end), source.onCommand);
    appendRange(element, source, start, end, inner);
    parent.append(element);
    // A block ends its line by itself; the line feed after it would leave an empty one.
    at = element.matches('pre, blockquote') && source.text[end] === '\n' ? Math.min(end + 1, to) : end;
  }
  parent.append(source.text.slice(at, to));
}

/** @type {Record<string, keyof HTMLElementTagNameMap>} */
const plainTags = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
};

/**
 * The still empty element of an entity.
 * @param {Entity} entity
 * @param {string} words what the entity covers
 * @param {(command: string) => void} onCommand
 */
function wrap(entity, words, onCommand) {
  const tag = plainTags[entity.type];
  if (tag) return el(tag);
  if (entity.type === 'pre') return el('pre', { 'data-language': entity.language });
  if (entity.type === 'spoiler') return spoiler();
  if (entity.type === 'expandable_blockquote') return expandable();
  if (entity.type === 'bot_command') {
    return el('button', { type: 'button', class: 'link', click: () => onCommand(words) });
  }
  const address = { text_link: entity.url, url: words }[entity.type];
  const href = address && safeAddress(address);
  if (href) return link(href);
  return el('span', {
    class: ['mention', 'text_mention', 'hashtag', 'cashtag'].includes(entity.type) && 'name',
  });
}

/**
 * What a link to `address` may lead to: http or https, nothing else. Like `example.com:80/x` it may lack its scheme.
 * @param {string} address
 */
export function safeAddress(address) {
  const isBare = !/^[a-z][a-z\d+.-]*:/i.test(address) || /^[^/:]+:\d+(\/|$)/.test(address);
  const url = URL.parse(isBare ? `http://${address}` : address);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/**
 * A link that opens in a tab of its own and doesn't tell where it was.
 * @param {string} href
 */
export function link(href) {
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', title: href });
}

function spoiler() {
  const element = el('span', {
    class: 'spoiler',
    role: 'button',
    tabindex: 0,
    'aria-label': 'Hidden text: show',
  });
  const show = () => {
    element.classList.add('shown');
    for (const name of ['role', 'tabindex', 'aria-label']) element.removeAttribute(name);
  };
  element.addEventListener('click', show);
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' || key === ' ') show();
  });
  return element;
}

function expandable() {
  const quote = el('blockquote', { class: 'folded', tabindex: 0, title: 'Show all' });
  const unfold = () => quote.classList.remove('folded');
  quote.addEventListener('click', unfold);
  quote.addEventListener('keydown', ({ key }) => key === 'Enter' && unfold());
  return quote;
}
