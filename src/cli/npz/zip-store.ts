import { crc32 } from './crc32.js';

/** One file of an archive, its bytes in pieces. */
export interface ZipEntry {
  readonly name: string;
  readonly pieces: readonly Buffer[];
}

/** Sizes and offsets of the plain format are 32 bits wide; zip64 is not written. */
const MAX_BYTES = 0xffff_ffff;
const LOCAL_HEADER = 30;

/** Fields after the signature that the local and the central header share: version 2.0, UTF-8 names, stored, 1980-01-01. */
function shared(name: Buffer, crc: number, size: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(0x0800, 2);
  bytes.writeUInt16LE(0x21, 8);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(size, 14);
  bytes.writeUInt32LE(size, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

/**
 * An uncompressed zip archive (APPNOTE 6.3, method 0) in pieces to be written one after the other; `.npz` files are these.
 *
 * @throws RangeError where the archive would pass 4 GiB
 */
export function* zipStore(entries: Iterable<ZipEntry>): Generator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, pieces } of entries) {
    const encoded = Buffer.from(name, 'utf8');
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const end = offset + LOCAL_HEADER + encoded.length + size;
    if (end > MAX_BYTES) throw new RangeError(`the archive would hold ${end} bytes, more than ${MAX_BYTES}`);
    const fields = shared(encoded, crc32(pieces), size);
    yield Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, encoded]);
    yield* pieces;
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, encoded]));
    offset = end;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  yield central;
  yield end;
}
