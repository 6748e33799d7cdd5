/**
 * Mutations of message frames for fuzzing: bits, bytes, lengths and pieces of other frames. A pure function of its random numbers.
 *
 * @param {{ int: (n: number) => number }} random
 * @param {readonly Uint8Array[]} frames golden frames to start from
 * @returns {Buffer}
 */
export function mutateFrame(random, frames) {
  const pick = () => frames[random.int(frames.length)];
  let frame = Buffer.from(pick());
  for (let rounds = 1 + random.int(4); rounds > 0; rounds--) {
    const at = random.int(Math.max(1, frame.length));
    switch (random.int(8)) {
      case 0:
        if (frame.length > 0) frame[at] ^= 1 << random.int(8);
        break;
      case 1:
        if (frame.length > 0) frame[at] = random.int(256);
        break;
      case 2:
        frame = frame.subarray(0, at);
        break;
      case 3: {
        const other = pick();
        frame = Buffer.concat([frame.subarray(0, at), other.subarray(random.int(other.length))]);
        break;
      }
      case 4:
        frame = Buffer.concat([frame.subarray(0, at), Buffer.from([MARKS[random.int(MARKS.length)]]), frame.subarray(at)]);
        break;
      case 5:
        // A length that lies about what follows.
        if (frame.length > 4) frame.writeUInt32BE(random.int(2 ** 32), Math.min(at, frame.length - 4));
        break;
      case 6:
        frame = Buffer.concat([frame, frame.subarray(at)]);
        break;
      default:
        frame = Buffer.concat([Buffer.alloc(1 + random.int(40), MARKS[random.int(MARKS.length)]), frame]);
    }
    frame = Buffer.from(frame.subarray(0, 4096));
  }
  return frame;
}

/** First bytes of msgpack values of every family. */
const MARKS = [
  0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xd9, 0xdb, 0xdd, 0xdf,
  0xff,
];
