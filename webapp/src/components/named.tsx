// The name of something in a list: what people call it, and the name by which documents know it.
interface NamedProps {
  name: string;
  label: string | null | undefined;
}

export function Named({ name, label }: NamedProps) {
  if (!label || label === name) return <>{name}</>;
  return (
    <>
      {label} <code className="font-mono text-xs font-normal text-muted">{name}</code>
    </>
  );
}
