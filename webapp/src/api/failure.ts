// Turns the API's error envelope, or the lack of one, into an error that the screens can show and explain.

import { withoutSubject } from "@/lib/form-errors";
import { language, t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { knownSentence, said } from "@/lib/server-sentences";

export interface FailureDetail {
  /** Where the mistake is, in words: a JSON pointer, or node and field. */
  place: string;
  message: string;
  /** The message where its place is shown anyway: at its field, or behind it. */
  atPlace: string;
  /** Of a message that stays English. */
  lang?: "en";
  path: string;
  /** In a text that was sent, counted from one. */
  line?: number;
  column?: number;
}

export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: FailureDetail[] = [],
    /** After how many seconds the server would hear it again, where it said so. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = "ApiFailure";
  }

  static fromReply(status: number, body: unknown, retryAfter?: number): ApiFailure {
    const error = isRecord(body) ? body.error : undefined;
    if (isRecord(error) && typeof error.message === "string") {
      const code = typeof error.code === "string" ? error.code : "unknown";
      const details = Array.isArray(error.details) ? error.details.flatMap(readDetail) : [];
      return new ApiFailure(status, code, error.message, details, retryAfter);
    }
    // A proxy in front of a server that is down answers 502 or 504 with a page of its own.
    if (status === 502 || status === 503 || status === 504 || status === 500) return unreachable();
    return new ApiFailure(
      status,
      "unknown",
      t("The server answered {{status}} without saying why.", { status }),
    );
  }
}

export function unreachable(): ApiFailure {
  return new ApiFailure(0, "unreachable", t("The Lathe server does not answer."));
}

/** What each code of docs/errors means, for who reads another language than the server writes. */
const MEANINGS: Record<string, () => string> = {
  bad_request: () => t("The request can't be understood."),
  unauthorized: () => t("Nobody is known by what the request shows."),
  second_factor_required: () => t("A code of the second factor is asked for."),
  forbidden: () => t("Whoever asks may not do this, or a page of another site asks."),
  not_found: () => t("There is nothing at this address, or no such thing any more."),
  method_not_allowed: () => t("The address exists, but does not know this method."),
  request_timeout: () => t("The body of the request did not come to its end in time."),
  conflict: () => t("What is there already stands in the way."),
  precondition_failed: () => t("Somebody else has changed it since it was read."),
  payload_too_large: () => t("The body is larger than this server accepts."),
  range_not_satisfiable: () => t("The file has no such part."),
  unsupported_media_type: () => t("The body was not sent as JSON."),
  misdirected: () => t("This server does not answer for that name."),
  validation_failed: () => t("What was sent can be read, but is not valid."),
  rate_limited: () => t("This was tried too often in too short a time."),
  internal: () => t("The server failed in a way that it did not foresee."),
  bad_gateway: () => t("The live application does not answer."),
  unavailable: () => t("Something that is needed is away or busy."),
  timeout: () => t("An answer did not come in time."),
};

export function meaningOf(code: string): string | undefined {
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code]?.() : undefined;
}

export interface Said {
  text: string;
  /** The server's own words, which are English and say more, where the text is not theirs. */
  original?: string;
}

/** What went wrong, in the language of whoever reads. */
export function saysOf({ code, message }: { code?: string; message: string }): Said {
  if (language() === "en") return { text: message };
  const known = knownSentence(message);
  if (known !== undefined) return { text: known };
  const meaning = meaningOf(code ?? "");
  return meaning === undefined ? { text: message } : { text: meaning, original: message };
}

/** The same of anything that was thrown. */
export function sayFailure(failure: unknown): Said {
  if (failure instanceof ApiFailure) return saysOf(failure);
  return { text: failure instanceof Error ? failure.message : String(failure) };
}

/** For where one line is all there is. */
export function sayInOneLine(failure: unknown): string {
  const { text, original } = sayFailure(failure);
  return original === undefined ? text : `${text} (${original})`;
}

/** What the reader can do about it; the API's own message says what is wrong. */
export function howToMend(failure: unknown): string {
  if (!(failure instanceof ApiFailure))
    return t("Reload the page; if it stays, it is a mistake in the web app.");
  switch (failure.code) {
    case "unreachable":
      return t("Check that `lathe serve` is running and reachable from this browser, then try again.");
    case "validation_failed":
    case "bad_request":
      return t("Correct what is listed and send it again; nothing was changed.");
    case "unauthorized":
      return t("Log in again.");
    case "forbidden":
      return t("Ask somebody who manages the workspace, or change to another workspace.");
    case "rate_limited":
      return t("Wait a moment, then try again.");
    case "misdirected":
      return t("Open Lathe at the address that its server prints when it starts.");
    case "not_found":
      return t("It may have been deleted. Go back to the list and choose another.");
    case "conflict":
    case "precondition_failed":
      return t("Something changed in between. Reload to see the present state, then try again.");
    case "payload_too_large":
      return t("Send less: put large content in a file that a node reads.");
    case "unavailable":
    case "bad_gateway":
    case "timeout":
    case "request_timeout":
      return t("The server is busy or a service it needs is away. Try again in a moment.");
    case "internal":
      return t("The server's log has the cause. Trying again is safe.");
    default:
      return t("Try again; the server's log may say more.");
  }
}

function readDetail(detail: unknown): FailureDetail[] {
  if (!isRecord(detail) || typeof detail.message !== "string") return [];
  const path = typeof detail.path === "string" ? detail.path : "";
  const named = [detail.node, detail.field].filter((part) => typeof part === "string").join(" · ");
  const line = typeof detail.line === "number" ? t("line {{line}}", { line: detail.line }) : "";
  const column =
    line && typeof detail.column === "number" ? t("column {{column}}", { column: detail.column }) : "";
  const place = [named || path, line, column].filter(Boolean).join(", ");
  return [
    {
      place,
      ...said(detail.message),
      atPlace: said(withoutSubject(detail.message, path)).message,
      path,
      ...(typeof detail.line === "number" && { line: detail.line }),
      ...(typeof detail.column === "number" && { column: detail.column }),
    },
  ];
}
