// What stands at the beginning of a chat.

import { el, icon } from '../dom.js';

/**
 * @param {import('../world.js').Chat} chat
 * @param {{ world: import('../world.js').World, person: import('../world.js').Person }} context whose eyes see it
 */
export function renderWelcome(chat, { world, person }) {
  const { bot } = world;
  const [title, words] =
    chat.id === person.chatId
      ? [
          [el('bdi', {}, person.user.first_name), ' and ', el('bdi', {}, bot.first_name)],
          'Paste a link, drop a file, or pick a sample.',
        ]
      : [['Everybody is here'], `In a group the bot only answers commands, replies and @${bot.username}.`];
  return el('div', { class: 'welcome' }, icon('mark'), el('strong', {}, ...title), el('p', {}, words));
}
