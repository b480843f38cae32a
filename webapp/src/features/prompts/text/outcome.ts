// What may come of reading a prompt's text: a fault that can be shown in place, or something that only the server knows.

export class TextFault extends Error {
  constructor(
    message: string,
    /** Where in the text. */
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
    this.name = "TextFault";
  }
}

/** Something of Jinja that is not known here. The server may render it, or say what is wrong with it. */
export class BeyondThis extends Error {
  constructor(
    /** As it stands in the text, for instance `{% macro %}`. */
    readonly what: string,
  ) {
    super(what);
    this.name = "BeyondThis";
  }
}
