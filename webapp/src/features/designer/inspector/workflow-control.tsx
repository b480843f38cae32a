// The name of a workflow: those that are there are offered while one types, and one that is not there yet may be named as well.
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { findWorkflows } from "@/api/find-workflows";
import { CONTROL } from "@/components/form";
import { useSettled } from "@/lib/use-settled";
import { hasExpression } from "../expressions/template";

interface WorkflowControlProps {
  id: string;
  label: string | undefined;
  value: string;
  placeholder: string | undefined;
  invalid: boolean;
  notes: string | undefined;
  onChange: (name: string) => void;
  onDone: () => void;
}

export function WorkflowControl(props: WorkflowControlProps) {
  const { id, label, value, placeholder, invalid, notes, onChange, onDone } = props;
  const listId = useId();
  const found = useQuery(findWorkflows(useSettled(value.trim()))).data ?? [];
  const change = (text: string) => {
    const isOpened = text.endsWith("${");
    // What is opened is closed, with room to write in.
    onChange(isOpened ? `${text}  }` : text);
    if (!hasExpression(text)) return;
    // The field for expressions takes the place of this one, and the keyboard.
    requestAnimationFrame(() => {
      const field = document.getElementById(id);
      if (!(field instanceof HTMLTextAreaElement)) return;
      const caret = isOpened ? text.length + 1 : field.value.length;
      field.focus();
      field.setSelectionRange(caret, caret);
    });
  };
  return (
    <>
      <input
        id={id}
        type="text"
        list={listId}
        aria-label={label}
        aria-invalid={invalid}
        aria-describedby={notes}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        className={CONTROL}
        value={value}
        onChange={(event) => change(event.target.value)}
        onBlur={onDone}
      />
      <datalist id={listId}>
        {found.map((workflow) => (
          <option key={workflow.id} value={workflow.name} label={workflow.label || undefined} />
        ))}
      </datalist>
    </>
  );
}
