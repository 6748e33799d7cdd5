import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { ClipSpace } from '../dataset.js';
import type { Phase, Profile } from './profile.js';
import type { ProfileArgs } from './profile-args.js';

/** What a family of profiles is built from. */
export interface FamilyOptions {
  readonly name: string;
  readonly args: ProfileArgs;
  readonly layout: Layout;
  readonly phase: Phase;
  readonly space: ClipSpace;
}

/** What a family of profiles decides; the rest is the same for all. */
export interface FamilyProfile extends Pick<Profile, 'shape' | 'axes' | 'fields' | 'finish' | 'partnerOf'> {
  readonly extras?: Profile['extras'];
  /** Default `actors`. */
  readonly bodies?: Profile['bodies'];
  /** Names of the steps with their versions and whatever else than the arguments decides them, for the digest. */
  readonly steps: string;
  /** As `Profile.prepare`, for clips that have frames and fit the layout. */
  prepare(clip: Clip): ReturnType<Profile['prepare']>;
}

/** Builds a profile out of its arguments, every one of which it has asked for when it returns. */
export type Family = (options: FamilyOptions) => FamilyProfile;
