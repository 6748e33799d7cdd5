/**
 * What a puppet's pose is made of. Angles in degrees, lengths in units of the puppet's leg length, so that one script fits
 * every body. Zero everywhere is standing straight with hanging arms.
 *
 * Each channel has the limits of a healthy adult's joint (American Academy of Orthopaedic Surgeons, "Joint Motion", rounded
 * outwards); `lateral` channels change sign when a pose is mirrored.
 */
const TABLE = {
  /** Pelvis off its place above the stance: to the right, up, forward. */
  pelvisRight: { min: -3, max: 3, lateral: true },
  pelvisUp: { min: -0.8, max: 0.5, lateral: false },
  pelvisForward: { min: -4, max: 4, lateral: false },
  /** Pelvis turned to the left, tilted forward, tilted to the left. */
  pelvisTurn: { min: -90, max: 90, lateral: true },
  pelvisTilt: { min: -30, max: 60, lateral: false },
  pelvisRoll: { min: -20, max: 20, lateral: true },
  /** Trunk above the pelvis: bent forward, bent to the left, turned to the left. */
  spineBend: { min: -30, max: 80, lateral: false },
  spineSide: { min: -35, max: 35, lateral: true },
  spineTurn: { min: -50, max: 50, lateral: true },
  /** Head: down, turned to the left. */
  headNod: { min: -50, max: 50, lateral: false },
  headTurn: { min: -75, max: 75, lateral: true },
  /** Upper arm off hanging; the vertical plane it rises in (0 sideways, 90 forward, above that across); turned outwards. */
  leftRaise: { min: -50, max: 180, lateral: false },
  leftPlane: { min: -45, max: 140, lateral: false },
  leftTwist: { min: -90, max: 110, lateral: false },
  leftElbow: { min: 0, max: 150, lateral: false },
  leftWrist: { min: -70, max: 75, lateral: false },
  rightRaise: { min: -50, max: 180, lateral: false },
  rightPlane: { min: -45, max: 140, lateral: false },
  rightTwist: { min: -90, max: 110, lateral: false },
  rightElbow: { min: 0, max: 150, lateral: false },
  rightWrist: { min: -70, max: 75, lateral: false },
  /** Foot off its place in the stance: outwards, up, forward; toes down. */
  leftFootOut: { min: -1, max: 1, lateral: false },
  leftFootUp: { min: 0, max: 1.5, lateral: false },
  leftFootForward: { min: -4, max: 4, lateral: false },
  leftFootPitch: { min: -35, max: 60, lateral: false },
  rightFootOut: { min: -1, max: 1, lateral: false },
  rightFootUp: { min: 0, max: 1.5, lateral: false },
  rightFootForward: { min: -4, max: 4, lateral: false },
  rightFootPitch: { min: -35, max: 60, lateral: false },
} as const;

export type Channel = keyof typeof TABLE;

/** All channels, in a fixed order. */
export const CHANNELS = Object.keys(TABLE) as readonly Channel[];

/** A whole pose: a value for each channel. */
export type Pose = Readonly<Record<Channel, number>>;

/** Some channels of a pose. */
export type PartialPose = Partial<Pose>;

/** A whole pose from a value for each channel, kept within the limits of the joints. */
export function toPose(value: (channel: Channel) => number): Pose {
  const pose = {} as Record<Channel, number>;
  for (const channel of CHANNELS) {
    const { min, max } = TABLE[channel];
    pose[channel] = Math.min(max, Math.max(min, value(channel)));
  }
  return pose;
}

/** The same pose with left and right exchanged. */
export function mirrorPose(pose: Pose): Pose {
  return toPose((channel) => {
    const value = pose[mirrorChannel(channel)];
    return TABLE[channel].lateral ? -value : value;
  });
}

function mirrorChannel(channel: Channel): Channel {
  if (channel.startsWith('left')) return `right${channel.slice(4)}` as Channel;
  if (channel.startsWith('right')) return `left${channel.slice(5)}` as Channel;
  return channel;
}
