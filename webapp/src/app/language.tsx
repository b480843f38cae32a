// English or German: in which language all is shown. Whatever is on screen is drawn anew when it changes.
import { Languages } from "lucide-react";
import { Fragment, type ReactNode, useSyncExternalStore } from "react";
import { useSaveSettings } from "@/api/settings";
import { Button } from "@/components/button";
import { useLanguageChange } from "@/components/language-change";
import { chooseLanguage, LANGUAGES, type Language, language, onLanguage, t } from "@/lib/i18n";

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, language);
}

/**
 * Texts are asked for wherever something is drawn, in memoised rows, tables of commands and stores, too: only what is made
 * anew is in the other language throughout. Whoever changes it is asked before, see components/language-change.
 */
export function InLanguage({ children }: { children: ReactNode }) {
  return <Fragment key={useLanguage()}>{children}</Fragment>;
}

export function LanguageToggle() {
  const now = useLanguage();
  const save = useSaveSettings();
  const next = now === "en" ? "de" : "en";
  const { ask, question } = useLanguageChange((chosen) => {
    void chooseLanguage(chosen);
    // What is told by notification and by letter changes along; the screens do not wait for that.
    save.mutate({ language: chosen });
  });
  const label = t("Language: {{now}}. Change to {{next}}.", { now: LANGUAGES[now], next: LANGUAGES[next] });
  return (
    <>
      <Button weight="quiet" aria-label={label} title={label} className="px-1.5" onClick={() => ask(next)}>
        <Languages aria-hidden />
      </Button>
      {question}
    </>
  );
}
