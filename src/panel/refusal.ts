import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, messageOf, SkelmixError } from '../core/errors.js';

/** Answers with an error: `{error: {code, message, details}}`. */
export function refusal(
  context: Context,
  status: ContentfulStatusCode,
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Response {
  return context.json({ error: { code, message, details } }, status);
}

const STATUS: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  CONFIG_INVALID: 400,
  CONFIG_CONFLICT: 409,
  CLOSED: 503,
  BACKEND_UNAVAILABLE: 503,
};

/** Answers with what was thrown: 400 for a wrong value, 409 for a conflict, 503 where the stream is closed, else 500. */
export function refusalOf(context: Context, error: unknown): Response {
  if (!(error instanceof SkelmixError)) return refusal(context, 500, 'BUG', messageOf(error));
  return refusal(context, STATUS[error.code] ?? 500, error.code, error.message, error.details);
}
