/** A NumPy array before it is written. */
export type NpyArray =
  | { readonly dtype: '<f4'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: '<i8'; readonly shape: readonly number[]; readonly data: readonly number[] }
  | { readonly dtype: 'text'; readonly shape: readonly number[]; readonly data: readonly string[] };

function textBytes(texts: readonly string[], width: number): Buffer {
  const bytes = Buffer.alloc(texts.length * width * 4);
  for (const [row, text] of texts.entries())
    for (const [column, character] of [...text].entries())
      bytes.writeUInt32LE(character.codePointAt(0)!, (row * width + column) * 4);
  return bytes;
}

function body(array: NpyArray): { descr: string; bytes: Buffer } {
  switch (array.dtype) {
    case '<f4':
      return { descr: '<f4', bytes: Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength) };
    case '<i8':
      return { descr: '<i8', bytes: Buffer.from(BigInt64Array.from(array.data, BigInt).buffer) };
    default: {
      const width = Math.max(1, ...array.data.map((text) => [...text].length));
      return { descr: `<U${width}`, bytes: textBytes(array.data, width) };
    }
  }
}

/**
 * Bytes of a NumPy `.npy` file, C order, little-endian; texts become fixed-width UCS-4 (`<U...`), so that numpy needs no
 * pickle. Format 1.0 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
 *
 * @returns pieces to be written one after the other; the last one views `data` where that is float32
 */
export function encodeNpy(array: NpyArray): [header: Buffer, body: Buffer] {
  const { descr, bytes } = body(array);
  const { shape } = array;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefix = 10;
  const padded = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix;
  const header = Buffer.alloc(prefix + padded, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(padded, 8);
  header.write(text, prefix, 'latin1');
  header.write('\n', prefix + padded - 1, 'latin1');
  return [header, bytes];
}
