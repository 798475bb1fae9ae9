// Asks the running service whether it is alive, for the container's health check: exit code 0 or 1.

import { get } from 'node:http';
import { readConfig } from '../config.ts';

const { port } = readConfig();
const request = get({ host: '127.0.0.1', port, path: '/healthz', timeout: 3_000 }, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.resume();
});
request.on('timeout', () => request.destroy(new Error('Health check: no answer')));
request.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
