/** Writes a ustar archive of regular files. */
export function writeTar(
  files: readonly { readonly path: string; readonly data: Uint8Array; readonly type?: string }[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { path, data, type = '0' } of files) {
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, data, new Uint8Array((512 - (data.length % 512)) % 512));
  }
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}
