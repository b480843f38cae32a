//! Accounts, who belongs to which workspace, and what proves who somebody is. Of tokens only hashes are kept.

crate::dialect::step!(
    "m0015_accounts",
    "
    CREATE TABLE users (
        id {uuid} NOT NULL PRIMARY KEY,
        email text NOT NULL,
        name text NOT NULL,
        password_hash text,
        is_admin {int} NOT NULL DEFAULT 0,
        home {uuid} NOT NULL,
        settings text NOT NULL,
        totp text,
        recovery_codes text,
        revision {int} NOT NULL DEFAULT 0,
        verified_at {time},
        disabled_at {time},
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX users_email ON users (email);

    CREATE TABLE founder (
        one {int} NOT NULL PRIMARY KEY,
        user_id {uuid} NOT NULL
    ) {clustered};

    CREATE TABLE members (
        workspace_id {uuid} NOT NULL,
        user_id {uuid} NOT NULL,
        role text NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (workspace_id, user_id)
    ) {clustered};
    CREATE INDEX members_user ON members (user_id);

    CREATE TABLE roles (
        workspace_id {uuid} NOT NULL,
        name text NOT NULL,
        permissions text NOT NULL,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        PRIMARY KEY (workspace_id, name)
    ) {clustered};

    CREATE TABLE sessions (
        id {uuid} NOT NULL PRIMARY KEY,
        user_id {uuid} NOT NULL,
        agent text NOT NULL,
        address text NOT NULL,
        created_at {time} NOT NULL,
        used_at {time} NOT NULL,
        expires_at {time} NOT NULL,
        revoked_at {time}
    ) {table};
    CREATE INDEX sessions_user ON sessions (user_id, id);
    CREATE INDEX sessions_expires_at ON sessions (expires_at);

    CREATE TABLE refresh_tokens (
        hash text NOT NULL PRIMARY KEY,
        session_id {uuid} NOT NULL,
        created_at {time} NOT NULL,
        used_at {time}
    ) {clustered};
    CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

    CREATE TABLE signing_keys (
        id {uuid} NOT NULL PRIMARY KEY,
        sealed text NOT NULL,
        created_at {time} NOT NULL
    ) {table};

    CREATE TABLE api_tokens (
        id {uuid} NOT NULL PRIMARY KEY,
        hash text NOT NULL,
        workspace_id {uuid} NOT NULL,
        user_id {uuid} NOT NULL,
        name text NOT NULL,
        scopes text NOT NULL,
        created_at {time} NOT NULL,
        used_at {time},
        expires_at {time}
    ) {table};
    CREATE UNIQUE INDEX api_tokens_hash ON api_tokens (hash);
    CREATE INDEX api_tokens_workspace ON api_tokens (workspace_id, id);
    CREATE INDEX api_tokens_user ON api_tokens (user_id);

    CREATE TABLE links (
        hash text NOT NULL PRIMARY KEY,
        purpose text NOT NULL,
        user_id {uuid},
        data text NOT NULL,
        created_at {time} NOT NULL,
        expires_at {time} NOT NULL
    ) {clustered};
    CREATE INDEX links_user ON links (user_id, purpose);
    CREATE INDEX links_expires_at ON links (expires_at);

    CREATE TABLE invitations (
        id {uuid} NOT NULL PRIMARY KEY,
        workspace_id {uuid} NOT NULL,
        email text NOT NULL,
        role text NOT NULL,
        hash text NOT NULL,
        invited_by {uuid},
        created_at {time} NOT NULL,
        expires_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX invitations_hash ON invitations (hash);
    CREATE UNIQUE INDEX invitations_email ON invitations (workspace_id, email);
    ",
    "
    DROP TABLE invitations;
    DROP TABLE links;
    DROP TABLE api_tokens;
    DROP TABLE signing_keys;
    DROP TABLE refresh_tokens;
    DROP TABLE sessions;
    DROP TABLE roles;
    DROP TABLE members;
    DROP TABLE founder;
    DROP TABLE users;
    "
);
