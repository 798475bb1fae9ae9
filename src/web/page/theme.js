// Light, dark, or as the computer has it: the choice of this browser.

import { icon } from './dom.js';

const themes = [
  { name: 'auto', label: 'as your computer has them' },
  { name: 'light', label: 'light' },
  { name: 'dark', label: 'dark' },
];
const root = document.documentElement;

const chosen = () =>
  Math.max(
    0,
    themes.findIndex(({ name }) => name === localStorage.getItem('theme')),
  );

function apply() {
  root.dataset.theme = themes[chosen()]?.name;
}

/**
 * Lets `button` go through the themes, and follows the choice of other tabs.
 * @param {HTMLElement} button
 */
export function prepareTheme(button) {
  const show = () => {
    apply();
    const theme = themes[chosen()];
    button.replaceChildren(icon(`theme-${theme?.name}`));
    button.ariaLabel = button.title = `Colours: ${theme?.label}`;
  };
  button.addEventListener('click', () => {
    localStorage.setItem('theme', themes[(chosen() + 1) % themes.length]?.name ?? 'auto');
    show();
  });
  window.addEventListener('storage', show);
  show();
}

apply();
