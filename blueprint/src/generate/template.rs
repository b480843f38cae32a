//! The runtime crate of every generated application: the same files for all of them, carried as they are.

use super::File;

macro_rules! runtime_files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../template/runtime/", $path)))),*]
    };
}

const RUNTIME: &[(&str, &str)] = &runtime_files![
    "assets/admin.css",
    "assets/admin.html",
    "assets/admin.js",
    "src/admin.rs",
    "src/database.rs",
    "src/error.rs",
    "src/extract.rs",
    "src/hosts.rs",
    "src/lib.rs",
    "src/migrate.rs",
    "src/model.rs",
    "src/query.rs",
    "src/records.rs",
    "src/routes.rs",
    "src/serve.rs",
    "src/sql.rs",
    "src/testing.rs",
    "src/validate.rs",
    "src/value.rs",
];

pub(super) const CARGO_LOCK: &str = include_str!("../../template/Cargo.lock.txt");

pub(super) fn runtime() -> Vec<File> {
    RUNTIME
        .iter()
        .map(|(path, contents)| File::new(format!("runtime/{path}"), *contents))
        .collect()
}
