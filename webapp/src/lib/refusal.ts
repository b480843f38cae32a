// Why something that was written can't be taken, and where in it that is.

export class Refusal {
  constructor(
    readonly message: string,
    /** A JSON pointer to what is wrong. */
    readonly pointer: string,
  ) {}
}
