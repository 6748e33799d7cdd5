import { readdir } from 'node:fs/promises';

/** Device files of graphics processors on linux: DRM nodes, NVIDIA's own, and that of Windows' subsystem for linux. */
const DEVICE_FILE = /^(dri|dxg|nvidia\d+)$/;
const NVIDIA_FILE = /^(dxg|nvidiactl)$/;

/**
 * Whether this machine can have a graphics processor at all, answered at once and without loading anything. On linux it is known
 * by its device file; elsewhere the answer is always yes.
 */
export function hasGraphicsDevice(): Promise<boolean> {
  return hasDeviceFile(DEVICE_FILE);
}

/** The same for one of NVIDIA with its driver. */
export function hasNvidiaDriver(): Promise<boolean> {
  return hasDeviceFile(NVIDIA_FILE);
}

async function hasDeviceFile(name: RegExp): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const files = await readdir('/dev').catch(() => []);
  return files.some((file) => name.test(file));
}
