// What the server said when it refused, whatever class of error the host makes of it, and where in a form that belongs.
import { isRecord } from "@/lib/json";

export interface Fault {
  /** A JSON pointer into the document: `/price`, `/authors/0`. */
  path: string;
  message: string;
  /** The message where its place is shown anyway, where the host tells it apart. */
  atPlace?: string;
}

export interface Failure {
  status: number;
  code: string;
  message: string;
  details: Fault[];
}

export function failureOf(error: unknown): Failure {
  if (!isRecord(error) && !(error instanceof Error))
    return { status: 0, code: "unknown", message: String(error), details: [] };
  const { status, code, message, details } = error as Partial<Failure>;
  return {
    status: typeof status === "number" ? status : 0,
    code: typeof code === "string" ? code : "unknown",
    message: typeof message === "string" ? message : "Something went wrong.",
    details: (Array.isArray(details) ? details : []).filter((each) => typeof each?.message === "string"),
  };
}

/** Somebody else has written this record since it was read. */
export function isOutdated({ status, code }: Failure): boolean {
  return status === 412 || code === "precondition_failed";
}

/** There is no such record, or what stands in the address is no id at all: then the question itself is refused. */
export function isGone({ status }: Failure): boolean {
  return [400, 404, 410, 422].includes(status);
}

/** The first message for each field of a form, and what is about none of them. */
export function sortFaults(
  details: readonly Fault[],
  keys: readonly string[],
): { byKey: Record<string, string>; rest: Fault[] } {
  const byKey: Record<string, string> = {};
  const rest: Fault[] = [];
  for (const detail of details) {
    const key = keyOf(detail.path);
    if (!keys.includes(key)) rest.push(detail);
    else byKey[key] ??= detail.atPlace ?? detail.message;
  }
  return { byKey, rest };
}

function keyOf(path: string | undefined): string {
  const part = (path ?? "").replace(/^\/?(document\/)?/, "").split("/")[0] ?? "";
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
