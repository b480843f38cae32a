// What was read together with the mark by which the server knows whether somebody else has changed it since.

export interface Versioned<T> {
  value: T;
  etag: string | undefined;
}

/** Joins a reply's content with its mark; the content is what `unwrap` made of the same reply. */
export async function versioned<T>(
  reply: Promise<{ response: Response }>,
  value: Promise<T>,
): Promise<Versioned<T>> {
  return { value: await value, etag: (await reply).response.headers.get("ETag") ?? undefined };
}

/**
 * The mark of what was made here and could not be read since, which its making does not tell. The server says that a weak one
 * fits nothing: what is saved with it is refused, and compared with what is there, before anything is written over.
 */
export const UNREAD = 'W/"unread"';
