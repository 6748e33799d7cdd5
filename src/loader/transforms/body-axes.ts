/** Joints by number that tell how a body stands. */
export interface BodyAxes {
  readonly centre: number;
  /** Lower and upper end of a piece of the spine. */
  readonly bottom: number;
  readonly top: number;
  /** Shoulders. */
  readonly right: number;
  readonly left: number;
}
