// The bot to compare with: grammY and its runner as their guides show them, the messages of a chat in their order.

import { run, sequentialize } from '@grammyjs/runner';
import { Bot } from 'grammy';
import { request } from 'undici';

const { BOT_TOKEN = '', TELEGRAM_API_ROOT = '' } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } });

bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.command('help', (ctx) => ctx.reply('What I can do: look at links.'));
bot.on('message:text', async (ctx) => {
  const { body } = await request(ctx.message.text);
  await ctx.reply(await body.text());
});

const runner = run(bot);
process.once('SIGTERM', () => void runner.stop());
