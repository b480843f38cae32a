// Changes the language, and asks before when something would be lost: the texts of all screens are drawn anew then.
import { type ReactNode, useState } from "react";
import { LANGUAGES, type Language, t } from "@/lib/i18n";
import { isAnythingUnsaved } from "@/lib/unsaved";
import { Button } from "./button";
import { Dialog } from "./dialog";

interface LanguageChange {
  ask: (chosen: Language) => void;
  /** To be shown beside what was pressed. */
  question: ReactNode;
}

export function useLanguageChange(onChange: (chosen: Language) => void): LanguageChange {
  const [asked, setAsked] = useState<Language>();
  const close = () => setAsked(undefined);
  const change = (chosen: Language) => {
    close();
    onChange(chosen);
  };
  return {
    ask: (chosen) => (isAnythingUnsaved() ? setAsked(chosen) : onChange(chosen)),
    question: asked && (
      <Dialog title={t("Change the language now?")} onClose={close}>
        <div className="space-y-4">
          <p className="text-sm">
            {t(
              "Something on this screen is not saved, or shown only this once. It is lost when all is drawn anew in the other language.",
            )}
          </p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => change(asked)}>
              {t("Lose it, and change to {{language}}", { language: LANGUAGES[asked] })}
            </Button>
            <Button weight="primary" onClick={close}>
              {t("Not now")}
            </Button>
          </div>
        </div>
      </Dialog>
    ),
  };
}
