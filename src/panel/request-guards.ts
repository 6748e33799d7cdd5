import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { refusal } from './refusal.js';

/** Largest body of a request, bytes. */
export const MAX_BODY_BYTES = 16_384;

/** Nothing but what the page brings along; no frame around it, no form out of it. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Name of a Host header without its port and brackets, in lower case. */
function nameOf(host: string): string {
  const match = /^\[([^\]]+)\](?::\d+)?$|^([^:]*)(?::\d+)?$/.exec(host.trim().toLowerCase());
  return match?.[1] ?? match?.[2] ?? '';
}

/**
 * Whether a Host header can be meant for this server: an address, `localhost`, this machine's name or the name that was bound.
 * Any other name may have been pointed at this machine by somebody else's DNS server (DNS rebinding), so that a foreign page
 * could read what it gets.
 */
export function isOwnHost(host: string | undefined, bound: string): boolean {
  if (host === undefined) return false;
  const name = nameOf(host);
  if (name === '') return false;
  return (
    isIP(name) !== 0 ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    [hostname(), bound].some((own) => own.toLowerCase() === name)
  );
}

/** Headers of a request that say who asks. */
export interface Asker {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly fetchSite?: string | undefined;
}

/**
 * Whether a change is asked for by this server's own page, or by a program that is no browser (those send neither `Origin` nor
 * `Sec-Fetch-Site`).
 */
export function isOwnPage({ host, origin, fetchSite }: Asker): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Sets the security headers of every answer and refuses foreign host names. */
export function guardAll(bound: string): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    const host = context.req.header('host');
    if (!isOwnHost(host, bound))
      return refusal(
        context,
        421,
        'REFUSED',
        `the name ${JSON.stringify(host ?? '')} is none of this server's: use its address or localhost`,
      );
    return next();
  };
}

/** Refuses changes that another site's page asks for, and bodies that are not JSON. */
export const guardChanges: MiddlewareHandler = async (context, next) => {
  const { req } = context;
  const asker = { host: req.header('host'), origin: req.header('origin'), fetchSite: req.header('sec-fetch-site') };
  if (!isOwnPage(asker))
    return refusal(
      context,
      403,
      'REFUSED',
      `a page of ${asker.origin ?? 'another site'} asks for a change: only this server's own page may`,
    );
  // A form of another site can't send JSON without being asked first (CORS), so nothing else is taken.
  if (!/^application\/json\b/i.test(req.header('content-type') ?? ''))
    return refusal(context, 415, 'CONFIG_INVALID', 'the body must be JSON, with content-type application/json');
  return next();
};
