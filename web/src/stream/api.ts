import type { ChangeEvent, ClipEntry, ClipJson, HistoryAnswer } from './messages.js';

/** A refusal of the server, with its code. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => undefined)) as (T & { error?: { code: string; message: string } }) | undefined;
  if (response.ok && body !== undefined) return body;
  throw new Refusal(
    body?.error?.code ?? String(response.status),
    body?.error?.message ?? `the server answered ${response.status}`,
  );
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch {
    throw new Refusal('CLOSED', 'the server can not be reached');
  }
  return answerOf<T>(response);
}

const post = <T>(path: string, body: unknown): Promise<T> =>
  ask<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Changes a live setting. @throws Refusal with the server's words */
export const setSetting = (key: string, value: unknown): Promise<ChangeEvent> => post('set', { key, value });

/** The last 30 minutes. */
export const loadHistory = (): Promise<HistoryAnswer> => ask('history');

/** Clips of a class that can be shown, the newest first. */
export const listClips = async (origin: 'real' | 'synthetic', label: number): Promise<readonly ClipEntry[]> =>
  (await ask<{ clips: readonly ClipEntry[] }>(`clips?origin=${origin}&label=${label}`)).clips;

/** One clip. @throws Refusal where it is no longer kept */
export const loadClip = (id: string): Promise<ClipJson> => ask(`clip?id=${encodeURIComponent(id)}`);

/** Makes a generated clip again. @throws Refusal */
export const regenerateClip = (id: string): Promise<{ clip: ClipJson; maxDifference: number | null }> =>
  post('regenerate', { id });
