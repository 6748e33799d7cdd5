/** The part of the WebAssembly module that tensors get their memory from. */
export interface WasmAllocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Thrown where a tensor would not fit. */
export class MemoryExceeded extends Error {
  /** @param bytes what all tensors would hold with the one that did not fit */
  constructor(readonly bytes: number) {
    super(`tensors would hold ${bytes} bytes`);
    this.name = 'MemoryExceeded';
  }
}

/** The limit that a guarded module keeps. */
export interface MemoryGuard {
  /** Most bytes that all tensors may hold together; may be changed at any time. */
  maxBytes: number;
}

/**
 * Makes a module refuse tensors beyond a limit. Its own way is to hand out address 0 where memory ends: tfjs would then write
 * over the start of the memory, and the kernels abort or compute nonsense.
 *
 * @param module changed in place: its `_malloc` throws MemoryExceeded where the limit or the memory ends
 * @returns the guard, without a limit yet
 */
export function guardMemory(module: WasmAllocator): MemoryGuard {
  // The module's functions replace themselves at their first call.
  module._free(module._malloc(8));
  const { _malloc: allocate, _free: release } = module;
  const sizes = new Map<number, number>();
  const guard = { maxBytes: Number.POSITIVE_INFINITY };
  let held = 0;
  module._malloc = (bytes) => {
    if (held + bytes > guard.maxBytes) throw new MemoryExceeded(held + bytes);
    // Addresses above 2 GiB arrive as negative numbers.
    const address = allocate(bytes) >>> 0;
    if (address === 0) throw new MemoryExceeded(held + bytes);
    sizes.set(address, bytes);
    held += bytes;
    return address;
  };
  module._free = (address) => {
    held -= sizes.get(address) ?? 0;
    sizes.delete(address);
    release(address);
  };
  return guard;
}
