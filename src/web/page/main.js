// Starts the page: fetches the state, opens a column for each person and follows what happens.

import { Column } from './column.js';
import { el } from './dom.js';
import { fetchState, follow } from './server.js';
import { World } from './world.js';

const palette = 6;
const retryMs = 1_000;

const world = new World();
/** @type {Map<number, Column>} by the id of their person */
const columns = new Map();
const wanted = new URLSearchParams(location.search).get('as')?.toLowerCase();

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {number | undefined} userId */
function colourOf(userId) {
  return Math.max(0, [...world.people.keys()].indexOf(userId ?? 0)) % palette;
}

/** Fetches the state until it is there, shows it and follows the events from it on. */
async function load() {
  try {
    const state = await fetchState();
    world.load(state);
    for (const column of columns.values()) column.refresh();
    matchPeople();
    follow(state.cursor, { onEvent: take, onGap: () => void load(), onLost: tellLost, onBack: tellBack });
  } catch (error) {
    tellLost();
    console.info('The state can’t be fetched:', error);
    setTimeout(() => void load(), retryMs);
  }
}

/** @param {any} event */
function take(event) {
  world.apply(event);
  if (event.kind === 'person') matchPeople();
  for (const column of columns.values()) column.take(event);
}

/** Gives each person that this page shows a column, and takes away those that are gone. */
function matchPeople() {
  const people = [...world.people.values()].filter(({ user }) =>
    [undefined, String(user.id), user.first_name.toLowerCase(), user.username?.toLowerCase()].includes(
      wanted,
    ),
  );
  for (const person of people) {
    if (columns.has(person.user.id)) continue;
    const column = new Column(world, person, colourOf);
    columns.set(person.user.id, column);
    part('columns').append(column.element);
  }
  for (const [id, column] of columns) {
    if (people.some(({ user }) => user.id === id)) continue;
    columns.delete(id);
    column.element.remove();
  }
  showSwitch(people);
}

/**
 * On a narrow screen one column is seen at a time; the switch chooses whose.
 * @param {import('./world.js').Person[]} people
 */
function showSwitch(people) {
  const pick = (/** @type {number} */ chosen) => {
    for (const [id, column] of columns) column.element.classList.toggle('aside', id !== chosen);
    for (const button of buttons) button.ariaPressed = String(button.dataset.person === String(chosen));
  };
  const buttons = people.map(({ user }) =>
    el('button', { type: 'button', 'data-person': user.id, click: () => pick(user.id) }, user.first_name),
  );
  part('people').replaceChildren(...buttons);
  part('people').hidden = people.length < 2;
  if (people[0]) pick(people[0].user.id);
  if (wanted && people.length === 1) document.title = `${people[0]?.user.first_name} · Errand playground`;
}

function tellLost() {
  part('trouble').textContent = 'The playground has stopped. Waiting for it to come back…';
  part('trouble').hidden = false;
}

function tellBack() {
  part('trouble').hidden = true;
}

function prepareHints() {
  const show = (/** @type {boolean} */ isShown) => {
    part('hints').hidden = !isShown;
    part('show-hints').ariaExpanded = String(isShown);
  };
  show(localStorage.getItem('hints') !== 'seen');
  part('show-hints').addEventListener('click', () => show(part('hints').hidden === true));
  part('hide-hints').addEventListener('click', () => {
    localStorage.setItem('hints', 'seen');
    show(false);
  });
}

prepareHints();
part('show-live').addEventListener('click', () =>
  /** @type {HTMLDialogElement} */ (part('live')).showModal(),
);
void load();
