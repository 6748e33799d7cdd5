import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';

const FRAMES = 300;
const WIDTH = 150;
const CLIP_BYTES = FRAMES * WIDTH * 4;
const CLASSES = 60;

function npyHeader(descr: string, shape: string): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = Buffer.alloc(128, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(118, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', 127, 'latin1');
  return header;
}

function wideField(...values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return field;
}

/**
 * Writes an `.npz` of CTR-GCN's form and size with zip64 headers: `clips` of 300 frames, mostly holes. Only the clips `filled` hold
 * anything: x of joint 0 in frame 0 is the clip's number plus 1.
 *
 * @returns bytes that the file takes on the disk
 */
export function writeSparseNpz(path: string, clips: number, filled: readonly number[]): number {
  const file = openSync(path, 'w');
  let end = 0;
  const directory: Buffer[] = [];
  const member = (name: string, header: Buffer, size: number, fill: (start: number) => void): void => {
    const bytes = header.length + size;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(45, 0);
    fields.writeUInt32LE(0xffff_ffff, 14);
    fields.writeUInt32LE(0xffff_ffff, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.from(fields);
    local.writeUInt16LE(20, 24);
    const begin = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), local, Buffer.from(name), wideField(bytes, bytes), header]);
    writeSync(file, begin, 0, begin.length, end);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0xffff_ffff, 10);
    fields.writeUInt16LE(28, 24);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x2d\x00', 'latin1'), fields, tail, Buffer.from(name), wideField(bytes, bytes, end)]),
    );
    fill(end + begin.length);
    end += begin.length + size;
  };
  const coordinates = (start: number): void => {
    for (const clip of filled) {
      const value = Buffer.alloc(4);
      value.writeFloatLE(clip + 1);
      writeSync(file, value, 0, 4, start + clip * CLIP_BYTES);
    }
  };
  const hot = Buffer.alloc(clips * CLASSES * 8);
  for (let clip = 0; clip < clips; clip++) hot.writeDoubleLE(1, (clip * CLASSES + (clip % CLASSES)) * 8);
  member('x_train.npy', npyHeader('<f4', `(${clips}, ${FRAMES}, ${WIDTH})`), clips * CLIP_BYTES, coordinates);
  member(
    'y_train.npy',
    npyHeader('<f8', `(${clips}, ${CLASSES})`),
    hot.length,
    (start) => void writeSync(file, hot, 0, hot.length, start),
  );
  member('x_test.npy', npyHeader('<f4', `(0, ${FRAMES}, ${WIDTH})`), 0, () => {});
  member('y_test.npy', npyHeader('<f8', `(0, ${CLASSES})`), 0, () => {});
  ftruncateSync(file, end);
  const central = Buffer.concat(directory);
  const end64 = Buffer.alloc(56);
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(4n, 24);
  end64.writeBigUInt64LE(4n, 32);
  end64.writeBigUInt64LE(BigInt(central.length), 40);
  end64.writeBigUInt64LE(BigInt(end), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(end + central.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.alloc(22, 0xff);
  last.write('PK\x05\x06', 'latin1');
  last.fill(0, 4, 8);
  last.fill(0, 20, 22);
  const closing = Buffer.concat([central, end64, locator, last]);
  writeSync(file, closing, 0, closing.length, end);
  closeSync(file);
  return statSync(path).blocks * 512;
}
