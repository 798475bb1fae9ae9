// Loaded before the bot: lets a minute pass in three seconds.

import { setPace } from '../src/async/clock.ts';

setPace(20);
