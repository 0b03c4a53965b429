import { HttpError } from "./errors.ts";

/** The first row; throws `HttpError` 404 with this message when there is none. Another's is as one that does not exist. */
export function found<Row>([row]: readonly Row[], message: string): Row {
  if (row === undefined) throw new HttpError(404, "not_found", message);
  return row;
}
