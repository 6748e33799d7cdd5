import { DataError } from '../../../core/errors.js';
import type { ByteSource } from '../byte-source.js';

/**
 * How the bytes stand in the file: as they are, as UTF-8 of their Latin-1 text (protocol 2 from Python 3), as a Python 2 string
 * literal (protocol 0), as raw-unicode-escape (protocol 0 from Python 3).
 */
export type BytesEncoding = 'raw' | 'utf8' | 'literal' | 'raw-unicode-escape';

/** Bytes of a pickle that were passed over: their place in the file. */
export class PickledBytes {
  readonly offset: number;
  /** Bytes in the file. */
  readonly length: number;
  readonly encoding: BytesEncoding;

  constructor(offset: number, length: number, encoding: BytesEncoding) {
    this.offset = offset;
    this.length = length;
    this.encoding = encoding;
  }

  /** How many bytes `read` gives, where that is known without reading. */
  get size(): number | undefined {
    return this.encoding === 'raw' ? this.length : undefined;
  }

  /** @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED (a text that does not stand for bytes), with the offset */
  read(source: ByteSource): Uint8Array {
    const stored = source.read(this.offset, this.length);
    if (this.encoding === 'raw') return stored;
    const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
    const text = decodeText(bytes, this.encoding);
    for (let i = 0; i < text.length; i++)
      if (text.charCodeAt(i) > 0xff)
        throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, byte ${this.offset}: the text of an array holds no bytes`, {
          details: { file: source.file, byteOffset: this.offset },
        });
    return Buffer.from(text, 'latin1');
  }
}

/** The text that stored bytes stand for; literals without their quotation marks. */
export function decodeText(bytes: Buffer, encoding: Exclude<BytesEncoding, 'raw'>): string {
  if (encoding === 'utf8') return bytes.toString('utf8');
  const text = bytes.toString('latin1');
  if (encoding === 'literal')
    return text.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (_, sequence: string) => unescapeLetter(sequence));
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long!, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\n': '' };

function unescapeLetter(sequence: string): string {
  if (sequence[0] === 'x' && sequence.length === 3) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
  if (/^[0-7]/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8) & 0xff);
  return SIMPLE[sequence] ?? (/^[\\'"]$/.test(sequence) ? sequence : `\\${sequence}`);
}
