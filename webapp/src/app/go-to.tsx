// Going anywhere by typing: all places, and what is called like that among workflows, applications, models and prompts.

import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useProfile } from "@/api/auth-context";
import { type PickItem, PickList } from "@/components/pick-list";
import { t } from "@/lib/i18n";
import { useSettled } from "@/lib/use-settled";
import { type AppPlace, groupsFor } from "./places";
import { type Found, searchRecords } from "./record-api";

const ICON = "size-4 shrink-0 text-muted";
const PAUSE_MS = 120;

/** Where something is opened that was found by its name. */
const PAGES: Record<string, (id: string) => string> = {
  workflows: (id) => `/workflows/${id}`,
  applications: (id) => `/applications/${id}/design`,
  models: (id) => `/models/${id}`,
  prompts: (id) => `/prompts/${id}`,
};

export function GoTo({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const groups = groupsFor(useProfile()?.permissions ?? []);
  const places = groups.flatMap((group) => group.places);
  const [text, setText] = useState("");
  const words = useSettled(text.trim(), PAUSE_MS);
  const searched = places.filter(({ model }) => model !== undefined && model in PAGES);
  const answers = useQueries({ queries: searched.map(({ model = "" }) => searchRecords(model, words)) });
  const items = [
    ...groups.flatMap((group) => group.places.map((place) => placeItem(place, group.label?.()))),
    ...searched.flatMap((place, index) =>
      (answers[index]?.data ?? []).map((found) => foundItem(place, found, words)),
    ),
  ];
  return (
    <PickList
      label={t("Go to")}
      placeholder={t("Where to? A place or a name")}
      items={items}
      nothing={
        answers.some(({ isFetching }) => isFetching) ? t("Looking…") : t("Nothing is called like that.")
      }
      onText={setText}
      onPick={({ id }) => {
        onClose();
        navigate(id);
      }}
      onClose={onClose}
    />
  );
}

function placeItem({ to, label, icon: Icon, key }: AppPlace, group: string | undefined): PickItem {
  return {
    id: to,
    title: label(),
    icon: <Icon aria-hidden className={ICON} />,
    shortcut: `G ${key.toUpperCase()}`,
    ...(group !== undefined && { group }),
  };
}

/** What the server found stays in sight, whichever of its texts has the words. */
function foundItem(
  { model = "", label, icon: Icon }: AppPlace,
  { id, name, label: title }: Found,
  words: string,
): PickItem {
  return {
    id: PAGES[model]?.(id) ?? "/",
    title,
    group: label(),
    keys: `${name} ${words}`,
    icon: <Icon aria-hidden className={ICON} />,
    ...(name !== title && { hint: name }),
  };
}
