// What was done, as people say it: in lists of the log, and in the histories of records.
import { useQuery } from "@tanstack/react-query";
import { nameOf, operationNames } from "./operation-name";

/** For the title of an entry's page; not there as long as the names are not. */
export function useActionTitle(action: string | undefined): string | undefined {
  const { data, isPending } = useQuery(operationNames());
  return isPending || action === undefined ? undefined : nameOf(action, data);
}

/** Pointed at, it is what programs call it, which is also what lists are filtered by. */
export function ActionName({ of: action }: { of: string }) {
  const { data, isPending } = useQuery(operationNames());
  // The line keeps its height for the moment until the names are there.
  return <span title={action}>{isPending ? "\u00a0" : nameOf(action, data)}</span>;
}
