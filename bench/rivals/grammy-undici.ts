// A rival: grammY and its runner as their documentation shows them, with undici in the place of grammY's HTTP client.

import { run } from '@grammyjs/runner';
import { Bot } from 'grammy';
import type { ApiClientOptions } from 'grammy';
import { Agent, request } from 'undici';
import { replyTo, takeTask } from './rival.ts';

const { apiRoot, token, answer } = takeTask();
const { text, ...other } = answer;
const dispatcher = new Agent({ connections: 64 });

const fetchOverUndici = async (url: string | URL, init: Parameters<typeof request>[1] & object) => {
  const { method, headers, body, signal } = init;
  const response = await request(url, { dispatcher, method, headers, body, signal });
  const status = response.statusCode;
  return { ok: status < 400, status, json: () => response.body.json() };
};

const fetch: NonNullable<ApiClientOptions['fetch']> = fetchOverUndici;
const bot = new Bot(token, { client: { apiRoot, fetch } });
bot.on('message', (context) => context.reply(text, { ...replyTo(context.msg), ...other }));
run(bot);
