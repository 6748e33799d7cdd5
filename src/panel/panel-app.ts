import { type Context, Hono } from 'hono';
import type { Stats } from '../core/source.js';
import { apiRoutes } from './api-routes.js';
import type { EventHub } from './event-hub.js';
import type { Metrics } from './metrics.js';
import type { PageFile } from './page-files.js';
import type { PanelSubject } from './panel-subject.js';
import type { Recorder } from './recorder.js';
import { refusal, refusalOf } from './refusal.js';
import { guardAll } from './request-guards.js';

/** What the routes are made of. */
export interface PanelParts {
  readonly subject: PanelSubject;
  readonly recorder: Recorder;
  readonly hub: EventHub;
  readonly metrics: Metrics;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Host that the server listens on. */
  readonly host: string;
}

/** Why the stream can't hand out batches, or null. */
export function unreadiness(stats: Stats): string | null {
  if (stats['generator.engine'] === 'failed' && Number(stats['mix.target']) > 0)
    return 'the generator could not be started, and the ratio is above 0';
  return null;
}

function sendFile(context: Context, file: PageFile, lasting: boolean): Response {
  context.header('content-type', file.type);
  context.header('vary', 'accept-encoding');
  // Names of assets hold their digest, so they never change.
  context.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? '')) return context.body(file.bytes);
  context.header('content-encoding', 'gzip');
  return context.body(file.gzipped);
}

/** The whole HTTP surface of a stream: page, `/api`, `/healthz`, `/readyz`, `/metrics`. */
export function createPanelApp({ subject, recorder, hub, metrics, files, host }: PanelParts): Hono {
  const app = new Hono();
  app.use(guardAll(host));
  app.onError((error, context) => refusalOf(context, error));
  app.notFound((context) =>
    refusal(context, 404, 'DATA_PATH_MISSING', `there is nothing at ${context.req.path} (docs/openapi.json)`),
  );

  app.get('/', (context) => {
    const page = files.get('index.html');
    if (page) return sendFile(context, page, false);
    return context.text('The live page was not built: run "npm run build". The API under /api works without it.\n', 503);
  });
  app.get('/assets/:name', (context) => {
    const file = files.get(`assets/${context.req.param('name')}`);
    return file ? sendFile(context, file, true) : context.notFound();
  });
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => {
    const why = unreadiness(subject.stats());
    return why === null ? context.text('ok\n') : context.text(`${why}\n`, 503);
  });
  app.get('/metrics', async (context) => context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }));
  app.route('/api', apiRoutes(subject, recorder, hub));
  return app;
}
