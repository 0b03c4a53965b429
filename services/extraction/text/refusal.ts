/** Why no text can be made of a document, in words for whoever sent it. Trying again would change nothing. */
export class DocumentRefusal extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DocumentRefusal";
  }
}
