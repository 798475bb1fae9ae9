// grammY and its runner doing the jobs of the crash benchmark: help, the page behind a link, the file behind a link.

import { run, sequentialize } from '@grammyjs/runner';
import { Bot, InputFile } from 'grammy';
import type { Context } from 'grammy';
import { request } from 'undici';

const { BOT_TOKEN = '', TELEGRAM_API_ROOT = '' } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } });
const toQuestion = ({ msgId }: Context) => ({ reply_parameters: { message_id: msgId ?? 0 } });

bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.command('help', (ctx) => ctx.reply('What I can do: look at links.', toQuestion(ctx)));
bot.command('get', async (ctx) => {
  const { body } = await request(ctx.match);
  const file = new InputFile(await body.bytes(), ctx.match.split('/').at(-1));
  await ctx.replyWithDocument(file, toQuestion(ctx));
});
bot.on('message:text', async (ctx) => {
  const { body } = await request(ctx.message.text);
  await ctx.reply(await body.text(), toQuestion(ctx));
});
// One request that fails ends no other.
bot.catch(() => {});

const runner = run(bot);
process.once('SIGTERM', () => void runner.stop());
