//! The examples that come with Lathe parse and compile against the real catalogue.

use std::path::Path;

use crate::options::Options;

#[test]
fn every_example_compiles() {
    let catalogue = crate::catalog(&Options::default());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for example in [
        "hello/hello.yaml",
        "fan-in/fan-in.yaml",
        "bookshop/ship.yaml",
    ] {
        let text = std::fs::read_to_string(root.join(example)).unwrap();
        let parsed = engine::document::parse::parse(&text)
            .unwrap_or_else(|problems| panic!("{example}: {problems}"));
        engine::plan::compile(parsed.document, &catalogue)
            .unwrap_or_else(|problems| panic!("{example}: {problems}"));
    }
}
