// Starts the page: fetches the state, shows the columns and what is behind them, and follows what happens.

import { Announcer } from './announcer.js';
import { Backstage } from './backstage/backstage.js';
import { Columns } from './people/columns.js';
import { ignoreStrayDrops } from './chat/drops.js';
import { markEdges } from './people/columns-edge.js';
import { Feed } from './feed.js';
import { isolate } from './people/names.js';
import { prepareNewPerson } from './people/new-person.js';
import { Notices } from './notices.js';
import { prepareTheme } from './theme.js';
import { World } from './world.js';

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const sheet = (/** @type {string} */ id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

const world = new World();
const announcer = new Announcer(world);
const notices = new Notices('everybody');
const backstage = new Backstage(world);
const columns = new Columns(world, {
  row: part('columns'),
  switcher: part('people'),
  announcer,
  wanted: new URLSearchParams(location.search).get('as') ?? undefined,
  onFull: ({ user }) =>
    notices.say(`Four columns is the most. ${isolate(user.first_name)} is in the menu under each name.`),
});

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

part('backstage').append(backstage.element);
document.body.append(notices.element, announcer.element);
notices.element.classList.add('for-all');
prepareHints();
prepareTheme(part('theme'));
ignoreStrayDrops();
markEdges(part('columns-frame'), part('columns'));
part('show-live').addEventListener('click', () => sheet('live').showModal());
prepareNewPerson(part('add-person'), sheet('new-person'), (id) => columns.open(id));

const feed = new Feed({
  onState(state, { isAnew }) {
    world.load(state);
    columns.load({ isAnew });
    backstage.load(state);
    if (isAnew) notices.say('The playground was started anew: its chats began again', { isLasting: true });
  },
  onEvents(events) {
    for (const event of events) {
      world.apply(event);
      columns.take(event);
      backstage.take(event);
    }
    columns.sync();
  },
  onLost() {
    part('trouble').hidden = false;
    backstage.lose();
  },
  onBack() {
    part('trouble').hidden = true;
    backstage.regain();
  },
});
feed.start();
