// The panel below the chats: it opens and closes, its upper edge can be moved, and it remembers both.

import { el, icon } from '../dom.js';

const kept = { isOpen: 'backstage', height: 'backstage-height' };
const heights = { least: 180, first: 200, usual: 300, most: 430, step: 24 };
const usualShare = 0.42;
const phone = '(max-width: 800px)';

/** A panel with a toolbar that stays and a body that is folded away. */
export class Panel {
  element;
  #body;
  #onToggle;
  #toggle = el(
    'button',
    {
      type: 'button',
      class: 'fold',
      'aria-controls': 'backstage-body',
      click: () => this.open(!this.isOpen),
    },
    icon('down'),
    el('span', {}, 'Backstage'),
  );
  #edge = el('div', {
    class: 'stage-edge',
    role: 'separator',
    tabindex: 0,
    'aria-label': 'Height of the backstage',
    'aria-orientation': 'horizontal',
    'aria-controls': 'backstage-body',
  });
  #isChosen = localStorage.getItem(kept.height) !== null;
  #height = Number(localStorage.getItem(kept.height)) || heights.first;

  /**
   * @param {Node[]} tools for the toolbar
   * @param {Node[]} content for the body
   * @param {(isOpen: boolean) => void} onToggle
   */
  constructor(tools, content, onToggle) {
    this.#onToggle = onToggle;
    this.#body = el('div', { class: 'stage-body', id: 'backstage-body' }, ...content);
    const toolbar = el('div', { class: 'stage-bar' }, this.#toggle, ...tools);
    this.element = el(
      'section',
      { class: 'stage', 'aria-label': 'Backstage' },
      this.#edge,
      toolbar,
      this.#body,
    );
    this.#edge.addEventListener('keydown', (event) => this.#onKey(event));
    this.#edge.addEventListener('pointerdown', (event) => this.#drag(event));
    this.#resize(this.#height);
    const wish = localStorage.getItem(kept.isOpen) ?? (window.matchMedia(phone).matches ? 'closed' : 'open');
    this.#fold(wish === 'open');
  }

  get isOpen() {
    return !this.#body.hidden;
  }

  /**
   * Opens or closes the panel, for the next visit too.
   * @param {boolean} isOpen
   */
  open(isOpen) {
    localStorage.setItem(kept.isOpen, isOpen ? 'open' : 'closed');
    this.#fold(isOpen);
    this.#onToggle(isOpen);
    if (isOpen) this.element.scrollIntoView({ block: 'nearest' });
  }

  /**
   * Gets higher for what is in it, as far as is usual, unless a person has chosen its height.
   * @param {number} px by how much
   */
  grow(px) {
    if (this.#isChosen || px <= 0) return;
    const share = Math.round(window.innerHeight * usualShare);
    const usual = Math.max(heights.usual, Math.min(heights.most, share));
    this.#resize(Math.max(this.#height, Math.min(usual, this.#height + px)));
  }

  /** @param {boolean} isOpen */
  #fold(isOpen) {
    this.#body.hidden = !isOpen;
    this.#edge.hidden = !isOpen;
    this.element.classList.toggle('open', isOpen);
    this.#toggle.ariaExpanded = String(isOpen);
  }

  /** @param {number} wanted in pixels */
  #resize(wanted) {
    const most = Math.max(heights.least, Math.round(window.innerHeight * 0.7));
    this.#height = Math.round(Math.max(heights.least, Math.min(most, wanted)));
    this.element.style.setProperty('--stage-height', `${this.#height}px`);
    this.#edge.setAttribute('aria-valuemin', String(heights.least));
    this.#edge.setAttribute('aria-valuemax', String(most));
    this.#edge.setAttribute('aria-valuenow', String(this.#height));
  }

  #keep() {
    this.#isChosen = true;
    localStorage.setItem(kept.height, String(this.#height));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const wanted = {
      ArrowUp: this.#height + heights.step,
      ArrowDown: this.#height - heights.step,
      Home: heights.least,
      End: Infinity,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    this.#resize(wanted);
    this.#keep();
  }

  /** @param {PointerEvent} down */
  #drag(down) {
    down.preventDefault();
    this.#edge.setPointerCapture(down.pointerId);
    const from = this.#height;
    const controller = new AbortController();
    const { signal } = controller;
    const stop = () => {
      controller.abort();
      this.#keep();
    };
    const move = (/** @type {PointerEvent} */ { clientY }) => this.#resize(from + down.clientY - clientY);
    this.#edge.addEventListener('pointermove', move, { signal });
    this.#edge.addEventListener('pointerup', stop, { signal });
    this.#edge.addEventListener('pointercancel', stop, { signal });
  }
}
