import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { clipJson } from './clip-json.js';
import type { EventHub } from './event-hub.js';
import { HISTORY_STEPS } from './history.js';
import { wholeState } from './panel-state.js';
import type { PanelSubject } from './panel-subject.js';
import { type Recorder, STEP_MS } from './recorder.js';
import { refusal, refusalOf } from './refusal.js';
import { guardChanges, MAX_BODY_BYTES } from './request-guards.js';

const MAX_MINUTES = (HISTORY_STEPS * STEP_MS) / 60_000;

const SetBody = z.strictObject({ key: z.string().min(1).max(64), value: z.unknown(), ifRev: z.int().min(0).optional() });
const RegenerateBody = z.strictObject({ id: z.string().min(1).max(512) });
const HistoryQuery = z.object({ minutes: z.coerce.number().gt(0).max(MAX_MINUTES).default(MAX_MINUTES) });
const ClipQuery = z.object({ id: z.string().min(1).max(512) });

/** The first thing that is wrong with a request, in words. */
function wrong(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'the request'}: ${issue?.message ?? 'not as documented'} (docs/openapi.json)`;
}

/** `/api`: state, history, events, changes and clips; docs/openapi.json describes each. */
export function apiRoutes(subject: PanelSubject, recorder: Recorder, hub: EventHub): Hono {
  const { source, clips, log } = subject;
  const numClasses = source.info.classes.length;
  const ClipsQuery = z.object({
    origin: z.enum(['real', 'synthetic']),
    label: z.coerce
      .number()
      .int()
      .min(0)
      .max(numClasses - 1),
  });
  const api = new Hono();
  api.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    return next();
  });

  api.get('/state', (context) => context.json(wholeState(subject, recorder)));
  api.get('/history', (context) => {
    const query = HistoryQuery.safeParse(context.req.query());
    if (!query.success) return refusal(context, 400, 'CONFIG_INVALID', wrong(query.error));
    const fromMs = Date.now() - query.data.minutes * 60_000;
    const { history } = recorder;
    return context.json({ stepMs: STEP_MS, columns: history.columns(fromMs), marks: history.marks(fromMs) });
  });
  api.get('/log', (context) => context.json({ entries: log.entries }));
  api.get('/events', (context) => {
    const body = hub.open('state', wholeState(subject, recorder));
    if (!body) return refusal(context, 503, 'REFUSED', 'too many pages listen already: close some');
    context.header('content-type', 'text/event-stream');
    context.header('x-accel-buffering', 'no');
    return context.body(body);
  });
  api.get('/clips', (context) => {
    const query = ClipsQuery.safeParse(context.req.query());
    if (!query.success) return refusal(context, 400, 'CONFIG_INVALID', wrong(query.error));
    return context.json({ clips: clips.list(query.data.origin, query.data.label) });
  });
  api.get('/clip', async (context) => {
    const query = ClipQuery.safeParse(context.req.query());
    if (!query.success) return refusal(context, 400, 'CONFIG_INVALID', wrong(query.error));
    try {
      const clip = await clips.find(query.data.id);
      if (!clip)
        return refusal(
          context,
          404,
          'DATA_PATH_MISSING',
          `there is no clip ${query.data.id}, or it is no longer kept: a generated one can be made again`,
        );
      return context.json(clipJson(clip));
    } catch (error) {
      return refusalOf(context, error);
    }
  });

  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (context) => refusal(context, 413, 'CONFIG_INVALID', `the body is larger than ${MAX_BODY_BYTES} bytes`),
  });
  const isPage = (fetchSite: string | undefined): string => (fetchSite === undefined ? 'http' : 'live page');
  api.post('/set', guardChanges, limit, async (context) => {
    const body = SetBody.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return refusal(context, 400, 'CONFIG_INVALID', wrong(body.error));
    const { key, value, ifRev } = body.data;
    try {
      const change = source.set(key, value, isPage(context.req.header('sec-fetch-site')), ifRev);
      return context.json({ change, rev: source.rev, settings: source.settings });
    } catch (error) {
      return refusalOf(context, error);
    }
  });
  api.post('/regenerate', guardChanges, limit, async (context) => {
    const body = RegenerateBody.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return refusal(context, 400, 'CONFIG_INVALID', wrong(body.error));
    try {
      const { clip, maxDifference } = await clips.regenerate(body.data.id, context.req.raw.signal);
      return context.json({ clip: clipJson(clip), maxDifference });
    } catch (error) {
      return refusalOf(context, error);
    }
  });
  return api;
}
