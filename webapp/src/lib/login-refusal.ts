// Why a login by way of another service, or a link to one, did not work: the server's words as sentences.
import { t } from "@/lib/i18n";

const SENTENCES: Record<string, () => string> = {
  cancelled: () => t("You said no at the other service, so nothing was changed here."),
  expired: () =>
    t("That login took too long, was begun in another browser, or was used before. Begin again."),
  provider_failed: () =>
    t(
      "The other service did not answer as it should. Try again; if it stays so, the operator finds the reason in the server's log.",
    ),
  email_unverified: () =>
    t(
      "The other service does not say that your e-mail address is verified. Verify it there, then try again.",
    ),
  email_not_allowed: () =>
    t("Logins by way of this service take an e-mail address of another domain than yours."),
  link_first: () =>
    t(
      "An account with your e-mail address is here already. Log in with its password, then link the service in the settings. If the password is not yours to know, set a new one by a letter.",
    ),
  closed: () =>
    t(
      "An account on this server takes an invitation. Ask somebody who manages a workspace here to invite your e-mail address.",
    ),
  first_account: () => t("Nobody has an account here yet. The first one is made with a password."),
  disabled: () => t("This account is disabled. Ask the operator of this server."),
  identity_taken: () => t("That login of the other service belongs to another account here."),
  session_ended: () => t("Your session ended meanwhile. Log in, then link the service again."),
  too_many: () => t("There were too many attempts. Wait a moment, then try again."),
  unavailable: () => t("The server could not finish the login. Try again in a moment."),
};

/** A sentence for one of the server's words. An address can hold anything: other words are not repeated. */
export function loginRefusal(word: string): string {
  return Object.hasOwn(SENTENCES, word)
    ? (SENTENCES[word]?.() ?? "")
    : t("The login did not work. Try again.");
}
