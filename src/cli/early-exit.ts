/** Thrown by a command that has told everything itself and ends with this exit code; nothing more is printed. */
export class EarlyExit {
  constructor(readonly exitCode: number) {}
}
