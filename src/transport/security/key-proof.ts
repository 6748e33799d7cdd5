import { createHmac, createPrivateKey, createPublicKey, diffieHellman, timingSafeEqual } from 'node:crypto';
import { keyBytes } from './z85.js';

const base64 = (key: string): string => keyBytes(key).toString('base64url');

/** What is signed: it says nothing but that the other key's owner is spoken to. */
const TEXT = 'SKMX/1 this is my key';

/**
 * Shows that one has the secret of a key: the HMAC-SHA256 of a fixed text, keyed by the X25519 secret (RFC 7748) that only the two
 * owners can compute, as 64 hex digits. It travels inside the encrypted connection alone.
 *
 * @param own whose proof it is
 * @param other public key of whoever checks it
 * @throws ConfigError CONFIG_INVALID where a text is no key
 */
export function keyProof(own: { readonly publicKey: string; readonly secretKey: string }, other: string): string {
  const [x, d] = [base64(own.publicKey), base64(own.secretKey)];
  const secret = diffieHellman({
    privateKey: createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x, d } }),
    publicKey: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x: base64(other) } }),
  });
  return createHmac('sha256', secret).update(TEXT).digest('hex');
}

/** Whether a proof is that of the key's owner, in a time that tells nothing. */
export function isProofOf(
  key: string,
  proof: string,
  checker: { readonly publicKey: string; readonly secretKey: string },
): boolean {
  const expected = Buffer.from(keyProof(checker, key));
  const got = Buffer.from(proof);
  return expected.length === got.length && timingSafeEqual(expected, got);
}
