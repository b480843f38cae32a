// What the server or a run said: in the language of whoever reads where that is known, and otherwise marked as the English that
// it is, so that it is pronounced as such.
import { cn } from "@/lib/cn";
import { said } from "@/lib/server-sentences";
import { CodeText } from "./code-text";

interface ServerTextProps {
  text: string;
  className?: string;
  /** Where there is no room for all of it. */
  isCut?: boolean;
}

export function ServerText({ text, className, isCut }: ServerTextProps) {
  const { message, lang } = said(text);
  return (
    <span
      lang={lang}
      title={isCut ? message : undefined}
      className={cn(className, isCut && "block truncate")}
    >
      <CodeText text={message} />
    </span>
  );
}
