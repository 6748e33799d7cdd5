import { messageOf } from '../../core/errors.js';
import { workerUrl } from '../../core/worker-url.js';
import { askChild } from '../ask-child.js';
import type { Provider } from './session.js';

/** What a try of one of onnxruntime's providers for devices gave. */
export type Device =
  | {
      readonly usable: true;
      /** Milliseconds of one reference graph on the device and on the processor: a device in software is the slower one. */
      readonly deviceMs: number;
      readonly processorMs: number;
    }
  | { readonly usable: false; readonly reason: string };

/** Loading CUDA's libraries from a cold disk alone takes seconds. */
const DEADLINE_MS: Readonly<Record<DeviceProvider, number>> = { webgpu: 20_000, cuda: 60_000 };

/** A provider that computes on a device. */
export type DeviceProvider = Exclude<Provider, 'cpu'>;

const found = new Map<DeviceProvider, Promise<Device>>();

/**
 * Tries a provider on a real product, once a process, in a child process: a driver that aborts or never answers takes only that one
 * down, and what drivers print does not reach our stderr. Never rejects. A machine without a device pays the start of the child,
 * about a quarter of a second.
 */
export function findDevice(provider: DeviceProvider): Promise<Device> {
  const device =
    found.get(provider) ??
    tryInChild(provider, DEADLINE_MS[provider]).catch((error: unknown): Device => ({ usable: false, reason: messageOf(error) }));
  found.set(provider, device);
  return device;
}

/**
 * Tries it now, whatever was found before.
 *
 * @param file the child's program, which gets the provider's name and sends one Device
 * @throws InternalError where the project is not built
 */
export async function tryInChild(
  provider: DeviceProvider,
  deadlineMs: number,
  file: URL = workerUrl(import.meta.url, './device-child.js'),
): Promise<Device> {
  const said = await askChild<Device>('the try of a device', file, [provider], deadlineMs);
  if (said.answer === undefined) return { usable: false, reason: said.reason };
  if (said.answer.usable) return said.answer;
  // onnxruntime keeps to itself why a library does not load, and prints it.
  const library = /Failed to load library .* with error: (.+)/.exec(said.printed)?.[1];
  return library === undefined ? said.answer : { usable: false, reason: `${said.answer.reason} (${library.trim()})` };
}
