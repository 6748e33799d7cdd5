import { gunzipSync } from 'node:zlib';
import { DataError, messageOf } from '../../core/errors.js';

const BLOCK_BYTES = 512;
const MAX_ARCHIVE_BYTES = 2 ** 30;

/** A regular file in an archive; `data` is a view. */
export interface TarEntry {
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * Lists the regular files of a tar archive, gzipped or plain: POSIX ustar, with GNU and pax long names. Views the (inflated)
 * bytes.
 *
 * Format: POSIX.1-2017 `pax`, "ustar Interchange Format".
 *
 * @param maxBytes bound on the inflated size, default 1 GiB
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset in the inflated archive
 */
export function parseTar(bytes: Uint8Array, file: string, maxBytes = MAX_ARCHIVE_BYTES): TarEntry[] {
  const tar = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, file, maxBytes) : bytes;
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  for (let offset = 0; offset < tar.length; ) {
    const header = tar.subarray(offset, offset + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) break;
    if (header.length < BLOCK_BYTES) throw truncated(file, offset, 'a header', BLOCK_BYTES, header.length);
    checkSum(header, file, offset);
    const size = octal(header, 124, 12, file, offset);
    const type = String.fromCharCode(header[156]!);
    const start = offset + BLOCK_BYTES;
    const data = tar.subarray(start, start + size);
    if (data.length < size) throw truncated(file, start, 'an entry', size, data.length);
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (type === 'L') longName = text(data, 0, size);
    else if (type === 'x') longName = paxPath(data) ?? longName;
    else {
      const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
      const name = text(header, 0, 100);
      if (type === '0' || type === '\0') entries.push({ path: longName ?? (prefix ? `${prefix}/${name}` : name), data });
      longName = undefined;
    }
  }
  return entries;
}

function gunzip(bytes: Uint8Array, file: string, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const tooLarge = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    const why = tooLarge ? `inflates to more than the bound of ${maxBytes} bytes` : `does not inflate (${messageOf(cause)})`;
    throw new DataError(tooLarge ? 'FORMAT_UNSUPPORTED' : 'FORMAT_TRUNCATED', `${file}: the gzip archive ${why}`, {
      cause,
      details: { file, byteOffset: 0 },
    });
  }
}

function truncated(file: string, byteOffset: number, what: string, expected: number, got: number): DataError {
  return new DataError(
    'FORMAT_TRUNCATED',
    `${file}, byte ${byteOffset} of the archive: it ends inside ${what}: expected ${expected} bytes, got ${got}`,
    { details: { file, byteOffset, expected, got } },
  );
}

function checkSum(header: Uint8Array, file: string, offset: number): void {
  // The sum counts its own field as spaces.
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== octal(header, 148, 8, file, offset))
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}, byte ${offset} of the archive: not a tar header (its check sum is wrong)`,
      {
        details: { file, byteOffset: offset },
      },
    );
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function octal(header: Uint8Array, start: number, length: number, file: string, offset: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]*$/.test(digits))
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}, byte ${offset + start} of the archive: expected an octal number, got ${JSON.stringify(digits)}`,
      {
        details: { file, byteOffset: offset + start },
      },
    );
  return Number.parseInt(digits || '0', 8);
}

/** The value of `path` in the records of a pax header, each `<length> <key>=<value>\n`. */
function paxPath(data: Uint8Array): string | undefined {
  const match = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(Buffer.from(data).toString('utf8'));
  return match?.[1];
}
