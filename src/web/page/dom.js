// Makes elements; text always goes in as text.

/**
 * Makes an element. An attribute is set unless it is undefined or false, `true` sets an empty one, and a function
 * listens to the event of that name. A string among the children becomes a text node.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: any) => void)>} [attributes]
 * @param {(Node | string | undefined | false)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

const svg = 'http://www.w3.org/2000/svg';

/**
 * A decorative icon, drawn by the symbol of that name in the document: it needs no server.
 * @param {string} name
 */
export function icon(name) {
  const image = document.createElementNS(svg, 'svg');
  image.setAttribute('class', 'icon');
  image.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#icon-${name}`);
  image.append(use);
  return image;
}

/**
 * A button that shows only an icon; `label` is its name and its tooltip.
 * @param {string} name
 * @param {string} label
 * @param {(event: Event) => void} onClick
 */
export function iconButton(name, label, onClick) {
  return el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, click: onClick },
    icon(name),
  );
}
