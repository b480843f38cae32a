// A text from the server or a schema, in which code stands between backticks.

export function CodeText({ text }: { text: string }) {
  return text.split("`").map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text are known by their places alone.
      <code key={index} className="font-mono text-code-between">
        {piece}
      </code>
    ) : (
      piece
    ),
  );
}
