import { inflateRawSync } from 'node:zlib';
import { DataError, messageOf } from '../../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** A file in a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Bytes in the archive. */
  readonly stored: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Offset of its local header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const MAX_DIRECTORY_BYTES = 256 * 2 ** 20;
const WIDE = 0xffff_ffff;

function fail(
  source: ByteSource,
  offset: number,
  what: string,
  code: 'FORMAT_UNSUPPORTED' | 'FORMAT_TRUNCATED' = 'FORMAT_UNSUPPORTED',
): never {
  throw new DataError(code, `${source.file}, byte ${offset}: ${what}`, { details: { file: source.file, byteOffset: offset } });
}

function bytesAt(source: ByteSource, offset: number, length: number): Buffer {
  const bytes = source.read(offset, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/**
 * Lists the files of a zip archive, zip64 too. Reads the directory at its end and nothing else.
 *
 * Format: PKWARE APPNOTE 6.3, sections 4.3 to 4.5.
 *
 * @throws DataError FORMAT_TRUNCATED (no directory: the end is missing), FORMAT_UNSUPPORTED, both with the byte offset
 */
export function readZipDirectory(source: ByteSource): ZipMember[] {
  const tailStart = Math.max(0, source.size - END_BYTES - MAX_COMMENT);
  const tail = bytesAt(source, tailStart, source.size - tailStart);
  let at = tail.length - END_BYTES;
  while (at >= 0 && (tail.readUInt32LE(at) !== END || at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length)) at--;
  if (at < 0)
    fail(
      source,
      source.size,
      'expected the directory of a zip archive at the end; the file is cut short, or no .npz or .zip',
      'FORMAT_TRUNCATED',
    );
  let size = tail.readUInt32LE(at + 12);
  let start = tail.readUInt32LE(at + 16);
  const locator = tailStart + at - 20;
  if (locator >= 0 && bytesAt(source, locator, 4).readUInt32LE() === LOCATOR64) {
    const end64 = uint64(bytesAt(source, locator, 20), 8);
    if (end64 + 56 > source.size)
      fail(source, locator, 'the zip64 directory lies beyond the end of the file', 'FORMAT_TRUNCATED');
    const record = bytesAt(source, end64, 56);
    if (record.readUInt32LE() !== END64) fail(source, end64, 'expected the end of a zip64 directory');
    size = uint64(record, 40);
    start = uint64(record, 48);
  }
  if (size > MAX_DIRECTORY_BYTES || start + size > source.size)
    fail(
      source,
      tailStart + at,
      `a directory of ${size} bytes at ${start} can't be one of this file of ${source.size} bytes`,
      'FORMAT_TRUNCATED',
    );
  return parseEntries(source, bytesAt(source, start, size), start);
}

function parseEntries(source: ByteSource, directory: Buffer, start: number): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; at < directory.length; ) {
    const where = start + at;
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL)
      fail(source, where, 'expected an entry of the zip directory');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > directory.length) fail(source, where, 'an entry of the zip directory reaches beyond it', 'FORMAT_TRUNCATED');
    if (directory.readUInt16LE(at + 8) & 1) fail(source, where, 'the archive is encrypted, which is not read here');
    const sizes = {
      size: directory.readUInt32LE(at + 24),
      stored: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    };
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    members.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      ...widen(sizes, extra),
    });
    at = next;
  }
  return members;
}

type Sizes = Record<'size' | 'stored' | 'offset', number>;

/** Sizes and offset with those of the zip64 field in place of the ones that don't fit into 32 bits. */
function widen(sizes: Sizes, extra: Buffer): Sizes {
  const wide = { ...sizes };
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const end = Math.min(at + 4 + length, extra.length);
    if (extra.readUInt16LE(at) === 1) {
      let field = at + 4;
      for (const key of ['size', 'stored', 'offset'] as const)
        if (sizes[key] === WIDE && field + 8 <= end) {
          wide[key] = uint64(extra, field);
          field += 8;
        }
    }
    at = end;
  }
  return wide;
}

/**
 * Offset of the first byte of a member.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function memberStart(source: ByteSource, { name, offset, stored }: ZipMember): number {
  const header = bytesAt(source, offset, 30);
  if (header.readUInt32LE() !== LOCAL) fail(source, offset, `expected the header of "${name}"`);
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + stored > source.size)
    fail(
      source,
      start,
      `"${name}" has ${stored} bytes, the file ends after ${source.size - start}; it is cut short`,
      'FORMAT_TRUNCATED',
    );
  return start;
}

/**
 * All bytes of a member, inflated if need be.
 *
 * @param maxBytes bound on its size
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function readMember(source: ByteSource, member: ZipMember, maxBytes: number): Uint8Array {
  const { name, method, stored, size } = member;
  const start = memberStart(source, member);
  if (size > maxBytes || stored > maxBytes)
    fail(
      source,
      start,
      `"${name}" has ${size} bytes, more than the ${maxBytes} that are held in memory; store it uncompressed (numpy.savez)`,
    );
  const bytes = source.read(start, stored);
  if (method === 0) return bytes;
  if (method !== 8) fail(source, start, `"${name}" is compressed by method ${method}; only stored and deflated files are read`);
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (cause) {
    throw new DataError('FORMAT_TRUNCATED', `${source.file}, byte ${start}: "${name}" does not inflate (${messageOf(cause)})`, {
      cause,
      details: { file: source.file, byteOffset: start },
    });
  }
}
