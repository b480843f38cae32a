// Why something that was written can't be taken, and where in it that is.

/** A class, since a document has whatever keys its writer gave it; and here, since who reads one need not load YAML. */
export class Misplaced {
  constructor(
    readonly message: string,
    /** A JSON pointer to what is wrong. */
    readonly pointer: string,
  ) {}
}
