// What comes of the text: at once while it is written, and as the server has it once it is saved. Says whose it is, and where they differ.
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { PanelSection } from "@/components/side-panel";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { type PromptStore, usePrompt } from "../store";
import { type Rendered, useRendered } from "./use-rendered";

interface RenderedTextProps {
  store: PromptStore;
  typed: Readonly<Record<string, string>>;
  onShowFault: () => void;
}

export function RenderedText({ store, typed, onShowFault }: RenderedTextProps) {
  const rendered = useRendered(store, typed);
  const content = usePrompt(store, (each) => each.draft.content);
  const { outcome, server } = rendered;
  const text = textOf(rendered);
  return (
    <PanelSection title={t("Rendered")}>
      <div className="relative">
        <pre
          data-rendered
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to get there.
          tabIndex={0}
          className={cn(
            "thin-scroll max-h-96 min-h-24 overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-canvas p-2.5 font-sans text-sm",
            text === undefined && "text-muted",
          )}
        >
          {text ?? (content.trim() === "" ? t("Nothing is written yet.") : <Hindrance rendered={rendered} />)}
        </pre>
        {text !== undefined && text !== "" && (
          <div className="absolute top-1 right-1">
            <CopyButton text={text} label={t("Copy the rendered text")} />
          </div>
        )}
      </div>
      <p role="status" className="min-h-9 text-muted text-xs">
        {outcome.is === "fault" ? (
          <Button onClick={onShowFault}>{t("Show the mistake in the text")}</Button>
        ) : (
          <Origin rendered={rendered} />
        )}
      </p>
      {server && "failure" in server && outcome.is === "text" && (
        <p className="text-warn text-xs">
          {t("The server does not render it: {{why}}", { why: server.failure.message })}
        </p>
      )}
    </PanelSection>
  );
}

function textOf({ outcome, server }: Rendered): string | undefined {
  if (server && "text" in server) return server.text;
  return outcome.is === "text" ? outcome.text : undefined;
}

/** Why there is no text. */
function Hindrance({ rendered: { outcome, server, isSaved } }: { rendered: Rendered }): string {
  if (outcome.is === "missing")
    return t("{{name}} has no value yet, and no default.", { name: outcome.name });
  if (outcome.is === "fault") return outcome.fault.message;
  if (server && "failure" in server) return server.failure.message;
  if (outcome.is === "absent")
    return t("Line {{line}}: the values have no {{what}}.", { line: outcome.line, what: outcome.what });
  if (isSaved) return t("The server is asked …");
  return t("{{what}} is rendered by the server only: save, and it is shown here.", {
    what: outcome.is === "beyond" ? outcome.what : "",
  });
}

/** Whose text it is. */
function Origin({ rendered: { outcome, server, isSaved } }: { rendered: Rendered }): string {
  if (server && "text" in server) {
    const differs = outcome.is === "text" && outcome.text !== server.text;
    return differs
      ? t(
          "As the server renders it. While it is not saved, this page renders it differently: please report that.",
        )
      : t("As the server renders it.");
  }
  if (outcome.is !== "text") return "";
  return isSaved
    ? t("As this page renders it; the server is asked.")
    : t("Not saved yet: as this page renders it, by the server's rules.");
}
