// The sheet that makes another person.

import { addPerson, OrderError } from '../server.js';

/**
 * Lets `button` open the sheet `dialog`; `onMade` is told the id of the person that the server has made.
 * @param {HTMLElement} button
 * @param {HTMLDialogElement} dialog with a form: `name`, `.refusal`, a button that cancels and one that submits
 * @param {(id: number) => void} onMade
 */
export function prepareNewPerson(button, dialog, onMade) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));
  const name = /** @type {HTMLInputElement} */ (form.elements.namedItem('name'));
  const refusal = /** @type {HTMLElement} */ (dialog.querySelector('.refusal'));

  const make = async () => {
    form.inert = true;
    refusal.hidden = true;
    try {
      const { id } = await addPerson(name.value.trim() || undefined);
      dialog.close();
      onMade(id);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      refusal.textContent = error.message;
      refusal.hidden = false;
    } finally {
      form.inert = false;
    }
  };

  button.addEventListener('click', () => {
    form.reset();
    refusal.hidden = true;
    dialog.showModal();
  });
  form.querySelector('button[type="button"]')?.addEventListener('click', () => dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void make();
  });
}
