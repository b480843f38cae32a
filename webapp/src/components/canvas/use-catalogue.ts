// The ports of each kind from the catalogue; without it a canvas still draws the ports that are in use.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listNodes } from "@/api/nodes";
import type { NodeKind } from "@/api/types";
import type { PortsByKind } from "./graph";

interface CatalogueRead {
  kinds: ReadonlyMap<string, NodeKind>;
  ports: PortsByKind;
  /** Why it is not here, for who can't do without. */
  error: unknown;
  refetch: () => void;
}

export function useCatalogue(): CatalogueRead {
  const { data, error, refetch } = useQuery(listNodes);
  const catalogue = useMemo(() => {
    const items = data?.items ?? [];
    return {
      kinds: new Map(items.map((kind) => [kind.kind, kind])),
      ports: new Map(
        items.map((kind) => [kind.kind, { ports: kind.ports, portsFrom: kind.ports_from ?? null }]),
      ),
    };
  }, [data]);
  return { ...catalogue, error, refetch };
}
