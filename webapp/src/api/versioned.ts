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
