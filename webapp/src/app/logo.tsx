// The mark: a workpiece turning between the centres of a lathe.
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className="size-6">
      <rect width="32" height="32" rx="7" fill="#1f2a44" />
      <path d="M6 16h5m10 0h5" stroke="#8fa3cf" strokeWidth="2.4" strokeLinecap="round" />
      <path d="M11 10h4v12h-4zM17 12h4v8h-4z" fill="#f4a259" />
    </svg>
  );
}
