// Everything the bot can do, in the order of its help.

import type { Handler } from '../src/handler.ts';
import { buried } from './admin/buried.ts';
import { cancel } from './cancel.ts';
import { cards } from './cards.ts';
import { get } from './get.ts';
import { help } from './help.ts';
import { hint } from './hint.ts';
import { jobs } from './jobs.ts';
import { settings } from './settings.ts';
import { start } from './start.ts';

export const handlers: readonly Handler[] = [start, cards, get, jobs, cancel, settings, help, buried, hint];
