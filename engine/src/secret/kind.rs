//! What a secret is made of: a text, or the fields of a credential.

/// The field of a secret that is just a text.
pub const VALUE: &str = "value";

/// The kind whose fields are the user's own.
pub const CUSTOM: &str = "custom";

/// A shorter text could not be told from others in what a step says.
pub const SHORTEST: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretKind {
    pub name: &'static str,
    pub title: &'static str,
    pub fields: &'static [FieldKind],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldKind {
    pub name: &'static str,
    pub required: bool,
    /// Kept out of what is recorded.
    pub confidential: bool,
}

const fn hidden(name: &'static str) -> FieldKind {
    FieldKind {
        name,
        required: true,
        confidential: true,
    }
}

const fn shown(name: &'static str) -> FieldKind {
    FieldKind {
        name,
        required: true,
        confidential: false,
    }
}

const fn optional(field: FieldKind) -> FieldKind {
    FieldKind {
        required: false,
        ..field
    }
}

const fn kind(name: &'static str, title: &'static str, fields: &'static [FieldKind]) -> SecretKind {
    SecretKind {
        name,
        title,
        fields,
    }
}

/// All kinds, the plain one first.
pub const KINDS: &[SecretKind] = &[
    kind("text", "Text", &[hidden(VALUE)]),
    kind(
        "basic",
        "User and password",
        &[shown("username"), hidden("password")],
    ),
    kind("bearer", "API key or token", &[hidden("token")]),
    kind(
        "oauth2",
        "OAuth 2 client",
        &[
            shown("client_id"),
            hidden("client_secret"),
            optional(shown("token_url")),
        ],
    ),
    kind(
        "registry",
        "Container registry",
        &[shown("server"), shown("username"), hidden("password")],
    ),
    kind(
        "smtp",
        "Mail server",
        &[
            shown("host"),
            optional(shown("port")),
            shown("username"),
            hidden("password"),
        ],
    ),
    kind(
        "aws",
        "AWS access key",
        &[
            shown("access_key_id"),
            hidden("secret_access_key"),
            optional(shown("region")),
            optional(hidden("session_token")),
        ],
    ),
    kind(
        "ssh",
        "SSH key",
        &[
            optional(shown("username")),
            hidden("private_key"),
            optional(hidden("passphrase")),
        ],
    ),
    kind("database", "Database address", &[hidden("url")]),
    kind(CUSTOM, "Fields of one's own", &[]),
];

impl SecretKind {
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Whether a field has to be kept out of what is recorded: where nothing else is known, it has.
    pub fn hides(&self, field: &str) -> bool {
        let known = self.fields.iter().find(|known| known.name == field);
        known.is_none_or(|known| known.confidential)
    }
}
