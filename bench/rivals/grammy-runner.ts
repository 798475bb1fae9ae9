// A rival: grammY and its runner as their documentation shows them, with grammY's own HTTP client.

import { run } from '@grammyjs/runner';
import { Bot } from 'grammy';
import { replyTo, takeTask } from './rival.ts';

const { apiRoot, token, answer } = takeTask();
const { text, ...other } = answer;
const bot = new Bot(token, { client: { apiRoot } });
bot.on('message', (context) => context.reply(text, { ...replyTo(context.msg), ...other }));
run(bot);
