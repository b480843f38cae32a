// The workflow that a link to a form has chosen already: `?workflow_id=…`.
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { getBeginning } from "./workflow-document";

interface Asked {
  /** Whether it is known yet; one that can't be read is none. */
  isKnown: boolean;
  workflow: { id: string; title: string } | undefined;
}

export function useAskedWorkflow(): Asked {
  const [search] = useSearchParams();
  const id = search.get("workflow_id") ?? "";
  const query = useQuery(getBeginning(id));
  return {
    isKnown: id === "" || !query.isPending,
    workflow: query.data && { id, title: query.data.name },
  };
}
