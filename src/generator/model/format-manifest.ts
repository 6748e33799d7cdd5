import type { ModelManifest } from './manifest.js';

/** A manifest as its file holds it: indented JSON with each list of numbers on one line. */
export function formatManifest(manifest: ModelManifest): string {
  const text = JSON.stringify(manifest, null, 2);
  return `${text.replace(/\[\s+(-?\d[^[\]"{}]*?)\s+\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
}
