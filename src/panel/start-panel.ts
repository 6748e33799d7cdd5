import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createEventHub } from './event-hub.js';
import { listen } from './listen.js';
import { createMetrics } from './metrics.js';
import { pageFolder, readPageFiles } from './page-files.js';
import { createPanelApp } from './panel-app.js';
import { liveState } from './panel-state.js';
import type { PanelSubject } from './panel-subject.js';
import { startRecorder } from './recorder.js';

/** Where a panel listens and what it shows. */
export interface PanelOptions {
  readonly host: string;
  /** 0 for any free port, undefined for 5758 or any free one where that is taken. */
  readonly port?: number | undefined;
  /** Folder of the built page; default the package's own. */
  readonly folder?: string;
}

/** The HTTP server of a stream. */
export interface Panel {
  /** Address of the page, e.g. `http://127.0.0.1:5758/`. */
  readonly url: string;
  /** Ends listening pages, then the server. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the live page and its API.
 *
 * @throws TransportError PORT_IN_USE, ADDRESS_INVALID
 */
export async function startPanel(subject: PanelSubject, { host, port, folder = pageFolder() }: PanelOptions): Promise<Panel> {
  const files = await readPageFiles(folder);
  const hub = createEventHub();
  const recorder = startRecorder(subject);
  const metrics = createMetrics(subject);
  const stopLog = subject.log.onEntry((entry) => hub.send('log', entry));
  recorder.listen({
    step(point, stats) {
      if (hub.listeners > 0) hub.send('tick', { point, ...liveState(subject, stats) });
    },
    mark: (mark) => hub.send('mark', mark),
    change: (change) => hub.send('change', { change, settings: subject.source.settings, rev: subject.source.rev }),
  });
  const app = createPanelApp({ subject, recorder, hub, metrics, files, host });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const stop = (): void => {
    stopLog();
    recorder.close();
    metrics.close();
    hub.close();
  };
  let bound: number;
  try {
    bound = await listen(server, host, port);
  } catch (error) {
    stop();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const shutDown = async (): Promise<void> => {
    stop();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };
}
