import { ConfigError } from '../../core/errors.js';

/** The 85 digits, ZeroMQ RFC 32/Z85. */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Length of a key as text and in bytes. */
const KEY_CHARACTERS = 40;
const KEY_BYTES = 32;

/** True for the text of a key: 40 digits of Z85. */
export function isKey(text: string): boolean {
  return text.length === KEY_CHARACTERS && [...text].every((digit) => DIGITS.includes(digit));
}

/**
 * The 32 bytes of a key.
 *
 * @throws ConfigError CONFIG_INVALID where the text is no key; the message does not repeat it, since it may be a secret
 */
export function keyBytes(text: string): Buffer {
  if (!isKey(text))
    throw new ConfigError(
      'CONFIG_INVALID',
      `a key has 40 characters of Z85, got ${text.length} characters: make one with "skelmix keys new"`,
    );
  const bytes = Buffer.alloc(KEY_BYTES);
  for (let i = 0; i < KEY_CHARACTERS / 5; i++) {
    let value = 0;
    for (const digit of text.slice(5 * i, 5 * i + 5)) value = value * 85 + DIGITS.indexOf(digit);
    if (value > 0xffffffff)
      throw new ConfigError('CONFIG_INVALID', 'a key holds a group that stands for no number: copy it again');
    bytes.writeUInt32BE(value, 4 * i);
  }
  return bytes;
}

/** The text of 32 bytes. */
export function keyText(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length / 4; i++) {
    let value = view.readUInt32BE(4 * i);
    let group = '';
    for (let digit = 0; digit < 5; digit++) {
      group = DIGITS[value % 85] + group;
      value = Math.floor(value / 85);
    }
    text += group;
  }
  return text;
}
