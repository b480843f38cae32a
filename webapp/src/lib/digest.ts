// Whether a text is the same as before, without keeping the text: two halves of 32 bits, salted anew with every page.
// `crypto.subtle` has better ones, but only where the connection is secure, and never at once.

const salt = crypto.getRandomValues(new Uint32Array(2));

export function digest(text: string): string {
  let one = salt[0] ?? 0;
  let two = salt[1] ?? 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2_654_435_761);
    two = Math.imul(two ^ code, 1_597_334_677);
    // What was multiplied away at the top comes back in at the bottom.
    one ^= one >>> 15;
    two ^= two >>> 13;
  }
  return `${text.length}.${(one >>> 0).toString(16)}.${(two >>> 0).toString(16)}`;
}
