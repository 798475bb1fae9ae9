// The guarded connector by itself, for tests of connecting.

import { createConnector } from '../../src/net/connect.ts';
import type { ConnectorOptions } from '../../src/net/connect.ts';
import { createResolver } from '../../src/net/resolve.ts';
import { home } from './settings.ts';

/** What the connector alone answers: the error, or undefined when it connects. */
export async function dial(address: string, options: Partial<ConnectorOptions>): Promise<unknown> {
  const { hostname, protocol, port } = new URL(address);
  const connector = createConnector({ allow: home, resolver: createResolver(), ...options });
  return new Promise((resolve) => {
    connector({ hostname, protocol, port }, (error, socket) => {
      socket?.destroy();
      resolve(error ?? undefined);
    });
  });
}
