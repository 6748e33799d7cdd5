import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine (`$SKELMIX_TEST_CHROMIUM`, or where systems put it), or undefined. */
export const chromiumPath: string | undefined = [process.env.SKELMIX_TEST_CHROMIUM, ...PLACES].find(
  (path) => path && existsSync(path),
);

/** Starts it without a window. Root has no user namespace for its sandbox; the pages are our own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
