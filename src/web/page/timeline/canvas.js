// Canvases that are as sharp as the screen, and the colours of the style sheet for drawing on them.

import { el } from '../dom.js';

const names = [
  'grid',
  'now',
  'ink',
  'tick',
  'waiting',
  'running',
  'on-running',
  'interrupted',
  'on-mark',
  'fill',
  ...['answered', 'timed out', 'cancelled', 'failed', 'busy'].flatMap((ending) => [ending, `${ending}-bar`]),
];

/**
 * The colours that `--draw-…` name for an element of the page, as the canvas takes them: a custom property may hold
 * `light-dark()` or a mixture, a `color` is computed.
 * @param {HTMLElement} parent
 * @returns {Record<string, string>}
 */
export function readColours(parent) {
  const probe = el('i', { hidden: true });
  parent.append(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(--draw-${name.replace(' ', '-')})`;
    return [name, getComputedStyle(probe).color];
  };
  const colours = Object.fromEntries(names.map(read));
  probe.remove();
  return colours;
}

/** A canvas that fills its box. */
export class Canvas {
  element;
  context;
  width = 0;
  height = 0;

  /** @param {() => void} onResize */
  constructor(onResize) {
    this.element = el('canvas', { 'aria-hidden': 'true' });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.element.getContext('2d'));
    new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#fit(entry.contentRect);
      onResize();
    }).observe(this.element);
  }

  /** @param {{ width: number, height: number }} size */
  #fit({ width, height }) {
    const ratio = window.devicePixelRatio;
    this.width = width;
    this.height = height;
    this.element.width = Math.round(width * ratio);
    this.element.height = Math.round(height * ratio);
    this.context.scale(ratio, ratio);
    this.context.font = `11px ${getComputedStyle(this.element).fontFamily}`;
    this.context.textBaseline = 'middle';
  }
}

/**
 * Calls back when the colours may have changed: the system's scheme, or an attribute of the page.
 * @param {() => void} onChange
 */
export function watchColours(onChange) {
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  new MutationObserver(onChange).observe(document.documentElement, { attributes: true });
}
