// An instance as a process of its own, to be killed or stopped: holds one open update, and says what becomes of it.

import { openDatabase } from '../../src/postgres/database.ts';
import { joinInstances } from '../../src/postgres/instances.ts';

const [url = '', beatMs, deadAfterMs] = process.argv.slice(2);
const database = await openDatabase(url);
const instance = await joinInstances(database, {
  name: 'child',
  version: '1',
  beatMs: Number(beatMs),
  deadAfterMs: Number(deadAfterMs),
});
await database.query('UPDATE errand.updates SET holder = $1 WHERE id = 1', [instance.id]);
console.log(`ready ${instance.id}`);
instance.alive.addEventListener('abort', () => {
  instance.untilSure().catch((error: Error) => console.log(`lost: ${error.message}`));
});
