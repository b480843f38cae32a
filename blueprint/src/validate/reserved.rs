//! Words that one of the languages we write keeps for itself. Quoting would carry most of them through, but
//! an owner who later writes a query or a type by hand would stumble over every one.

/// The language that reserves `word`, if any does.
pub(super) fn reserved_by(word: &str) -> Option<&'static str> {
    let lists = [("Rust", RUST), ("SQL", SQL), ("TypeScript", TYPESCRIPT), ("file systems", DEVICES)];
    lists.iter().find(|(_, words)| words.contains(&word)).map(|(language, _)| *language)
}

const RUST: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match",
    "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Reserved in Postgres, or in SQLite without a way to use them unquoted.
const SQL: &[&str] = &[
    "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "asc", "asymmetric", "authorization",
    "autoincrement", "between", "both", "case", "cast", "check", "collate", "collation", "column", "commit",
    "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
    "current_schema", "current_time", "current_timestamp", "current_user", "database", "default", "deferrable",
    "delete", "desc", "distinct", "drop", "end", "escape", "except", "exists", "fetch", "foreign", "freeze", "from",
    "full", "grant", "group", "having", "ilike", "index", "initially", "inner", "insert", "intersect", "into", "is",
    "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
    "nothing", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
    "raise", "references", "returning", "revoke", "right", "rollback", "schema", "select", "session_user", "set",
    "similar", "some", "symmetric", "table", "tablesample", "then", "to", "trailing", "transaction", "trigger",
    "truncate", "union", "unique", "update", "user", "using", "values", "variadic", "verbose", "view", "when",
    "window", "with",
];

const TYPESCRIPT: &[&str] = &[
    "arguments", "catch", "class", "constructor", "debugger", "eval", "export", "extends", "finally", "function",
    "implements", "import", "instanceof", "interface", "new", "package", "private", "protected", "prototype",
    "public", "switch", "this", "throw", "undefined", "var", "void",
];

const DEVICES: &[&str] = &[
    "aux", "com1", "com2", "com3", "com4", "con", "lpt1", "lpt2", "lpt3", "nul", "prn",
];
