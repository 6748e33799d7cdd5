import type { Random } from '../../../core/random.js';

/** Slow error of a joint's place, standard deviation in metres: hands and elbows are seen worst. */
const SLOW_SD: Readonly<Record<string, number>> = { hand: 0.01, wrist: 0.007, elbow: 0.007, foot: 0.006, ankle: 0.004 };
const SLOW_SD_ELSEWHERE = 0.003;
/** Frame-to-frame error, metres. */
const FAST_SD = 0.0006;
/** Both poles of the slow error's filter: at 30 frames a second it wanders over a third of a second. */
const POLE = 0.85;

/**
 * Adds what a Kinect v1 adds to a still body: an error of each joint that wanders slowly (a critically damped second-order
 * filter of white noise) and a small fast one. Sizes were fitted to the calm joints of UTD-MHAD: bone lengths vary by 3 to 17
 * mm within a clip, second differences by about 1 mm. Changes `keypoint` [T, V, 3] in place.
 */
export function addSensorNoise(keypoint: Float32Array, joints: readonly string[], random: Random): void {
  const V = joints.length;
  const T = keypoint.length / (3 * V);
  // Variance of x[t] = 2p x[t-1] - p^2 x[t-2] + e is (1 + p^2) / (1 - p^2)^3 of e's.
  const drive = Math.sqrt((1 - POLE ** 2) ** 3 / (1 + POLE ** 2));
  for (let v = 0; v < V; v++) {
    const sd = SLOW_SD[joints[v]!.split('_').at(-1)!] ?? SLOW_SD_ELSEWHERE;
    for (let c = 0; c < 3; c++) {
      let last = sd * random.normal();
      let before = last;
      for (let t = 0; t < T; t++) {
        const slow = 2 * POLE * last - POLE ** 2 * before + sd * drive * random.normal();
        before = last;
        last = slow;
        keypoint[(t * V + v) * 3 + c]! += slow + FAST_SD * random.normal();
      }
    }
  }
}
