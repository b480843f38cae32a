// Language, theme and time zone: shown at once in this browser, and kept for letters and other browsers.
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { getSettings, useSaveSettings } from "@/api/settings";
import { FailureNotice } from "@/components/failure-notice";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { useLanguageChange } from "@/components/language-change";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { TimeZoneField } from "@/components/time-zone/time-zone-field";
import { chooseLanguage, LANGUAGES, type Language, language, t } from "@/lib/i18n";
import { chooseTheme, onTheme, type Theme, theme } from "@/lib/theme";
import { Choices } from "./choices";

const ZONE = ["time_zone"] as const;
const CODES = Object.keys(LANGUAGES) as Language[];

export function AppearanceSection() {
  const save = useSaveSettings();
  const shown = useSyncExternalStore(onTheme, theme);
  const { ask, question } = useLanguageChange((chosen) => {
    // All is drawn anew in the other language, this section included, so the server is told first.
    save.mutate({ language: chosen });
    void chooseLanguage(chosen);
  });
  return (
    <Section
      title={t("Language and appearance")}
      description={t("Shown at once. Letters and notifications come in the same language.")}
    >
      <Choices<Language>
        legend={t("Language")}
        name="language"
        value={language()}
        choices={CODES.map((code) => ({ value: code, label: LANGUAGES[code] }))}
        onChange={ask}
      />
      {question}
      <Choices<Theme>
        legend={t("Theme")}
        name="theme"
        value={shown}
        choices={[
          { value: "system", label: t("As the system") },
          { value: "light", label: t("Light") },
          { value: "dark", label: t("Dark") },
        ]}
        onChange={(chosen) => {
          chooseTheme(chosen);
          save.mutate({ theme: chosen });
        }}
      />
      {save.isError && (
        <FailureNotice
          failure={save.error}
          title={t("It holds in this browser only: the server did not keep it")}
        />
      )}
    </Section>
  );
}

export function TimeZoneSection() {
  const query = useQuery(getSettings);
  const save = useSaveSettings();
  return (
    <Section title={t("Time zone")}>
      {query.isPending && <SkeletonRows rows={2} label={t("Reading the settings")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The settings could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <Form
          label={t("Time zone")}
          fields={ZONE}
          failure={save.error}
          busy={save.isPending}
          onSubmit={({ time_zone = "" }) => save.mutate({ time_zone })}
        >
          <TimeZoneField
            name="time_zone"
            label={t("Time zone")}
            help={t("In which letters tell times. Screens show those of the browser.")}
            defaultValue={query.data.time_zone}
          />
          <FormFailure title={t("The time zone was not changed")} />
          <div className="flex items-center gap-3">
            <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
            <span role="status" className="text-sm text-muted">
              {save.isSuccess && t("Saved.")}
            </span>
          </div>
        </Form>
      )}
    </Section>
  );
}
