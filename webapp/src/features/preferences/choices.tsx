// A few choices side by side, of which one holds; it is made at once.

interface ChoicesProps<Value extends string> {
  legend: string;
  name: string;
  value: Value;
  choices: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { legend, name, value, choices, onChange } = props;
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-4">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-8 items-center gap-1.5 text-sm pointer-coarse:min-h-11"
          >
            <input
              type="radio"
              name={name}
              className="size-4 accent-accent"
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
