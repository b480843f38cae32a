// What of a request becomes the run's, and what the sender is told.
import type { NewWebhook, Webhook } from "@/api/types";
import { CheckField } from "@/components/check-field";
import { ChoiceField, FieldError, TextField } from "@/components/form";
import { t } from "@/lib/i18n";

export interface Settings extends Required<Pick<NewWebhook, "methods" | "inputs" | "reply" | "wait">> {
  /** As they are typed, with commas between. */
  headers: string;
}

const METHODS = ["POST", "PUT", "GET"] as const;

export function startingSettings(): Settings {
  return { methods: ["POST"], inputs: "request", reply: "accepted", wait: "30s", headers: "" };
}

export function settingsOf({ methods, inputs, reply, wait, headers }: Webhook): Settings {
  return { methods, inputs, reply, wait, headers: headers.join(", ") };
}

export function headersOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((name) => name.toLowerCase());
}

export function inputsName(inputs: Settings["inputs"]): string {
  return inputs === "body" ? t("The fields of its body") : t("The request");
}

export function replyName(reply: Settings["reply"]): string {
  return reply === "output" ? t("What the run gives") : t("That it was accepted");
}

interface SettingsFieldsProps {
  settings: Settings;
  onChange: (settings: Settings) => void;
}

export function SettingsFields({ settings, onChange }: SettingsFieldsProps) {
  const change = (part: Partial<Settings>) => onChange({ ...settings, ...part });
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <ChoiceField
        name="inputs"
        label={t("What the run is given")}
        help={
          settings.inputs === "body"
            ? t("The body has to be a JSON object; each of its fields is an input of the workflow.")
            : t("Of body, headers, query and method those that the workflow has inputs for.")
        }
        value={settings.inputs}
        onChange={(event) => change({ inputs: event.target.value as Settings["inputs"] })}
      >
        <option value="request">{inputsName("request")}</option>
        <option value="body">{inputsName("body")}</option>
      </ChoiceField>
      <ChoiceField
        name="reply"
        label={t("What the sender is told")}
        help={
          settings.reply === "output"
            ? t("The output of the run, if it succeeds in time.")
            : t("At once that it was accepted.")
        }
        value={settings.reply}
        onChange={(event) => change({ reply: event.target.value as Settings["reply"] })}
      >
        <option value="accepted">{replyName("accepted")}</option>
        <option value="output">{replyName("output")}</option>
      </ChoiceField>
      {settings.inputs === "request" && (
        <TextField
          name="headers"
          label={t("Headers that runs are given")}
          help={t("Their names with commas between, such as x-github-event.")}
          autoComplete="off"
          spellCheck={false}
          value={settings.headers}
          onChange={(event) => change({ headers: event.target.value })}
        />
      )}
      {settings.reply === "output" && (
        <TextField
          name="wait"
          label={t("Wait for the output")}
          help={t("Such as 10s or 1m.")}
          value={settings.wait}
          required
          onChange={(event) => change({ wait: event.target.value })}
        />
      )}
      <fieldset className="space-y-2">
        <legend className="mb-1 text-sm font-medium">{t("Methods it takes")}</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1">
          {METHODS.map((method) => (
            <CheckField
              key={method}
              label={method}
              checked={settings.methods.includes(method)}
              onChange={(checked) =>
                change({
                  methods: METHODS.filter((each) =>
                    each === method ? checked : settings.methods.includes(each),
                  ),
                })
              }
            />
          ))}
        </div>
        {settings.methods.includes("GET") && (
          <p className="text-xs text-warn">
            {t("Mail programs and chats open addresses by themselves: with GET, that begins a run.")}
          </p>
        )}
        <FieldError name="methods" />
      </fieldset>
    </div>
  );
}
