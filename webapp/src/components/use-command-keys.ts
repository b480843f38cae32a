// Keys of the whole page that do what the list of commands says, unless they belong to whoever has the keyboard.
import { useEffect } from "react";
import { type Command, commandFor, isTyping } from "@/lib/commands";

/** What a key that is held down does once: it would go on with what has the keyboard by then, or begin as many runs. */
const ONCE = ["delete", "save", "run", "run-one", "run-from"];

/** `everywhere` are commands that also hold while a text is typed; `canvasOnly` those whose keys mean something elsewhere. */
export function useCommandKeys(
  commands: readonly Command[],
  everywhere: readonly string[],
  canvasOnly: readonly string[],
): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const command = commandFor(commands, event);
      if (!command) return;
      if (isTyping(event.target) && !everywhere.includes(command.id)) return;
      // Elsewhere on the page these keys are those of buttons, links and tabs.
      const isCanvasOnly = canvasOnly.includes(command.id) || command.id.startsWith("walk");
      if (isCanvasOnly && event.key !== "/" && !isOnCanvas(event.target)) return;
      event.preventDefault();
      if (event.repeat && ONCE.includes(command.id)) return;
      command.run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [commands, everywhere, canvasOnly]);
}

function isOnCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (target === document.body) return true;
  return target.closest("[data-part=canvas]") !== null && target.closest("button, a") === null;
}
