// The page's one session, in a real browser: its tabs take turns by a lock, and tell each other what they got.
import { unreachable } from "./failure";
import { Session, type Word } from "./session";

const NAME = "lathe.session";

// Old browsers and private windows may have no channel; the cookie still keeps tabs together then, only later.
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(NAME);

export const session = new Session({
  exchange: async (refreshToken) => {
    try {
      return await fetch("/api/auth/refresh", {
        method: "POST",
        // The next cookie must arrive although the page is left meanwhile: the old one is worth nothing any more.
        keepalive: true,
        ...(refreshToken && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ refresh_token: refreshToken }),
        }),
      });
    } catch {
      throw unreachable();
    }
  },
  // Locks exist only where the connection is secure, or the server is this machine.
  exclusively: async (work) => await (navigator.locks ? navigator.locks.request(NAME, work) : work()),
  tell: (word) => channel?.postMessage(word),
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
});

if (channel) channel.onmessage = (message: MessageEvent<Word>) => session.hear(message.data);
