// What happens when runs would overlap, and what becomes of those that nobody could begin in time.
import type { CatchUp, Overlap } from "@/api/types";
import { ChoiceField, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import type { CatchUpChoice, ScheduleDraft } from "./draft";

const OVERLAPS: readonly Overlap[] = ["skip", "queue", "allow", "cancel_running"];
const CATCH_UPS: readonly CatchUpChoice[] = ["latest", "skip", "all"];

interface PolicyFieldsProps {
  draft: ScheduleDraft;
  onChange: (change: Partial<ScheduleDraft>) => void;
}

export function PolicyFields({ draft, onChange }: PolicyFieldsProps) {
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <ChoiceField
        name="overlap"
        label={t("While an earlier run goes on")}
        help={overlapHelp(draft.overlap)}
        value={draft.overlap}
        onChange={(event) => onChange({ overlap: event.target.value as Overlap })}
      >
        {OVERLAPS.map((overlap) => (
          <option key={overlap} value={overlap}>
            {overlapName(overlap)}
          </option>
        ))}
      </ChoiceField>
      <div className="space-y-3">
        <ChoiceField
          name="catch_up"
          label={t("After a pause of the server")}
          help={catchUpHelp(draft.catchUp)}
          value={draft.catchUp}
          onChange={(event) => onChange({ catchUp: event.target.value as CatchUpChoice })}
        >
          {CATCH_UPS.map((choice) => (
            <option key={choice} value={choice}>
              {catchUpName(choice)}
            </option>
          ))}
        </ChoiceField>
        {draft.catchUp === "all" && (
          <div className="grid grid-cols-2 gap-3">
            <TextField
              name="within"
              label={t("Not older than")}
              help={t("Such as 6h or 2d.")}
              value={draft.within}
              required
              onChange={(event) => onChange({ within: event.target.value })}
            />
            <TextField
              name="at_most"
              label={t("At most")}
              type="number"
              min={1}
              max={1000}
              value={draft.atMost}
              required
              onChange={(event) => onChange({ atMost: event.target.value })}
            />
          </div>
        )}
      </div>
    </div>
  );
}

export function overlapName(overlap: Overlap): string {
  switch (overlap) {
    case "skip":
      return t("Leave out the new one");
    case "queue":
      return t("Let the new one wait");
    case "allow":
      return t("Run both");
    case "cancel_running":
      return t("Cancel the earlier one");
  }
}

function catchUpName(choice: CatchUpChoice): string {
  switch (choice) {
    case "latest":
      return t("Make up one run");
    case "skip":
      return t("Leave out what was missed");
    case "all":
      return t("Make up every run");
  }
}

/** With the bounds that somebody has set. */
export function catchUpText(catchUp: CatchUp): string {
  if (typeof catchUp !== "object") return catchUpName(catchUp);
  const { within, at_most: count } = catchUp.all;
  return t("Make up every run, not older than {{within}}, at most {{most}}", { within, most: count });
}

function overlapHelp(overlap: Overlap): string {
  switch (overlap) {
    case "skip":
      return t("The new run does not begin, and is not made up for.");
    case "queue":
      return t("The new run begins when the earlier one has ended; of several, each has its turn.");
    case "allow":
      return t("Both go on at the same time.");
    case "cancel_running":
      return t("The earlier run is cancelled, and the new one begins when it has ended.");
  }
}

function catchUpHelp(choice: CatchUpChoice): string {
  switch (choice) {
    case "skip":
      return t("The next run begins at its time.");
    case "latest":
      return t("One run stands for all that were missed.");
    case "all":
      return t("The oldest first; when there are more than allowed, the newest of them.");
  }
}
