import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a TCP server that can be cut: while it is, nothing passes in either direction and nobody is told. */
export interface DroppingProxy {
  readonly at: string;
  cut(): void;
  heal(): void;
}

/** @param endpoint `tcp://HOST:PORT` of the server */
export async function droppingProxy(endpoint: string): Promise<DroppingProxy> {
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(endpoint)!;
  const sockets = new Set<Socket>();
  let open = true;
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (data) => open && !to.destroyed && to.write(data));
    // A cut way carries no goodbye either.
    from.on('close', () => sockets.delete(from) && open && to.destroy());
    from.on('error', () => from.destroy());
  };
  const server = createServer((near) => {
    const far = dial(Number(port), host!);
    forward(near, far);
    forward(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    at: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      open = false;
    },
    heal: () => {
      open = true;
      // What was cut has lost bytes, as after a time-out of the network.
      for (const socket of sockets) socket.destroy();
    },
  };
}
