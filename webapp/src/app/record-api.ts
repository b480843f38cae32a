// How the record screens reach the server, apart from the screens themselves: the shell asks here before they are loaded.
import { queryOptions } from "@tanstack/react-query";
import { ask } from "@/api/client";
import { isRecord } from "@/lib/json";
import type { Send } from "@/records";

export const sendRecord: Send = async (method, path, { body, headers, signal } = {}) => {
  const response = await ask(method, path, {
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  return { data: text === "" ? null : JSON.parse(text), etag: response.headers.get("etag") };
};

/** The description of everything that has records, as the server sends it. */
export const getMeta = queryOptions({
  queryKey: ["manifest"],
  staleTime: 60_000,
  queryFn: async ({ signal }) => (await sendRecord("GET", "/api/meta", { signal })).data,
});

export interface Found {
  id: string;
  name: string;
  label: string;
}

const FEW = 5;

/** The first few records of a model that have these words in one of their texts. */
export function searchRecords(model: string, words: string) {
  return queryOptions({
    queryKey: ["records", model, "search", words],
    enabled: words !== "",
    staleTime: 15_000,
    queryFn: async ({ signal }): Promise<Found[]> => {
      const query = new URLSearchParams({ q: words, limit: String(FEW) });
      const { data } = await sendRecord("GET", `/api/records/${model}?${query}`, { signal });
      const items: unknown[] = isRecord(data) && Array.isArray(data.items) ? data.items : [];
      return items.filter(isRecord).map(({ id, name, label }) => ({
        id: String(id),
        name: String(name),
        label: typeof label === "string" && label !== "" ? label : String(name),
      }));
    },
  });
}
