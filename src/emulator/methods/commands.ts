// The bot's commands: setMyCommands, getMyCommands, deleteMyCommands.

import type { BotCommand, BotCommandScope } from 'grammy/types';
import { asText } from '../arguments.ts';
import type { Arguments } from '../arguments.ts';
import { badRequest } from '../bot-error.ts';
import type { World } from '../world.ts';
import type { MethodCall } from './method.ts';

const maxCommands = 100;
const maxDescription = 256;

const scopeFields: Record<string, readonly ('chat_id' | 'user_id')[]> = {
  default: [],
  all_private_chats: [],
  all_group_chats: [],
  all_chat_administrators: [],
  chat: ['chat_id'],
  chat_administrators: ['chat_id'],
  chat_member: ['chat_id', 'user_id'],
};

/** setMyCommands. */
export function setMyCommands({ world, args }: MethodCall): true {
  const given = args.json('commands', 'commands');
  if (!Array.isArray(given)) throw badRequest("can't parse commands: Expected an Array of BotCommand");
  if (given.length > maxCommands) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  const commands = given.map(readCommand);
  world.commands.set({ scope: readScope(world, args), language_code: readLanguage(args), commands });
  world.events.add({ kind: 'commands', commands: world.commands.all() });
  return true;
}

/** getMyCommands. */
export function getMyCommands({ world, args }: MethodCall): readonly BotCommand[] {
  return world.commands.get(readScope(world, args), readLanguage(args));
}

/** deleteMyCommands. */
export function deleteMyCommands({ world, args }: MethodCall): true {
  world.commands.delete(readScope(world, args), readLanguage(args));
  world.events.add({ kind: 'commands', commands: world.commands.all() });
  return true;
}

function readCommand(value: unknown): BotCommand {
  const given = (value ?? {}) as Record<string, unknown>;
  const command = asText(given['command']).replace(/^\//, '');
  const description = asText(given['description']);
  if (!/^[a-z\d_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description === '' || description.length > maxDescription)
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command, description };
}

function readScope(world: World, args: Arguments): BotCommandScope {
  const given = args.object('scope', 'BotCommandScope') ?? { type: 'default' };
  const type = asText(given['type']);
  const fields = scopeFields[type];
  if (!fields) throw badRequest("can't parse BotCommandScope: Unsupported type specified");
  const ids = Object.fromEntries(fields.map((field) => [field, Number(given[field])]));
  if (ids['chat_id'] !== undefined && !world.chats.has(ids['chat_id'])) throw badRequest('chat not found');
  return { type, ...ids } as unknown as BotCommandScope;
}

function readLanguage(args: Arguments): string {
  const code = args.text('language_code');
  if (!/^([a-z]{2})?$/.test(code)) throw badRequest('invalid language code specified');
  return code;
}
