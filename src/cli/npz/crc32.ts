const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (ISO 3309, as zip uses it) of the pieces, taken as one run of bytes. Unsigned. Node 20.15 has none of its own. */
export function crc32(pieces: Iterable<Uint8Array>): number {
  let crc = 0xffff_ffff;
  for (const piece of pieces) for (let i = 0; i < piece.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ piece[i]!) & 0xff]!;
  return (crc ^ 0xffff_ffff) >>> 0;
}
