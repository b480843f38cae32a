// The ports of each kind from the catalogue; without it a canvas still draws the ports that are in use.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listNodes } from "@/api/nodes";
import type { NodeKind } from "@/api/types";
import type { PortsByKind } from "./graph";

export function useCatalogue(): { kinds: ReadonlyMap<string, NodeKind>; ports: PortsByKind } {
  const { data } = useQuery(listNodes);
  return useMemo(() => {
    const items = data?.items ?? [];
    return {
      kinds: new Map(items.map((kind) => [kind.kind, kind])),
      ports: new Map(
        items.map((kind) => [kind.kind, { ports: kind.ports, portsFrom: kind.ports_from ?? null }]),
      ),
    };
  }, [data]);
}
