// A process of its own in which hostile servers run, so that their floods cost nobody who measures.

import { startRawServer } from '../test/net/raw-server.ts';
import { keepers, servers } from '../test/hostile/servers.ts';
import { answerQuestions } from './child.ts';

const sites = await Promise.all(
  [...servers, ...keepers].map(async ({ script, options, isSecure }) => {
    const server = await startRawServer(script, options);
    return { server, address: isSecure ? server.origin.replace('http:', 'https:') : server.origin };
  }),
);
answerQuestions({ addresses: () => sites.map(({ address }) => address) });
process.once('SIGTERM', () => void Promise.all(sites.map(({ server }) => server[Symbol.asyncDispose]())));
