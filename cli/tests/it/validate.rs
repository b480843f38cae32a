//! `lathe validate`: broken documents of every kind, each fault in its place with how to mend it.

use anyhow::{Result, ensure};
use insta::assert_snapshot;

use crate::support::{HELLO, folder_with, say};

/// What is said of a document, which must be found broken.
fn faults(text: &str) -> Result<String> {
    let folder = folder_with(&[("flow.yaml", text)])?;
    let said = say(folder.path(), &["validate", "flow.yaml"])?;
    ensure!(said.code == 2 && said.stdout.is_empty(), "{said:?}");
    Ok(said.stderr)
}

#[test]
fn a_sound_document_is_said_to_be_sound() -> Result<()> {
    let shop = "name: shop\nmodels:\n  - { name: books, fields: [{ name: title, type: text }] }\n";
    let folder = folder_with(&[("hello.yaml", HELLO), ("shop.yaml", shop)])?;
    let said = say(folder.path(), &["validate", "hello.yaml", "shop.yaml"])?;
    ensure!(said.code == 0, "{said:?}");
    assert_snapshot!(said.stdout);
    Ok(())
}

#[test]
fn a_kind_that_does_not_exist() -> Result<()> {
    assert_snapshot!(faults(
        "lathe: 1\nname: flow\nnodes:\n  - id: a\n    kind: script.rum\n"
    )?);
    Ok(())
}

#[test]
fn a_cycle() -> Result<()> {
    let text = "lathe: 1\nname: flow\nnodes:\n  - { id: a, kind: data.set, with: { values: { x: 1 } } }\n  \
                - { id: b, kind: data.set, with: { values: { x: 2 } } }\nedges: [a -> b, b -> a]\n";
    assert_snapshot!(faults(text)?);
    Ok(())
}

#[test]
fn a_bad_expression() -> Result<()> {
    let text = "lathe: 1\nname: flow\nnodes:\n  - id: a\n    kind: data.set\n    with:\n      values: { x: \"${ 1 + }\" }\n";
    assert_snapshot!(faults(text)?);
    Ok(())
}

#[test]
fn a_reference_to_a_node_that_does_not_come_before() -> Result<()> {
    let text = "lathe: 1\nname: flow\nnodes:\n  - { id: a, kind: data.set, with: { values: { x: \"${ nodes.b.output }\" } } }\n  \
                - { id: b, kind: data.set, with: { values: { x: 2 } } }\nedges: [a -> b]\n";
    assert_snapshot!(faults(text)?);
    Ok(())
}

#[test]
fn text_that_is_not_yaml() -> Result<()> {
    assert_snapshot!(faults("lathe: 1\nname: [flow\nnodes: {\n")?);
    Ok(())
}

#[test]
fn several_faults_together() -> Result<()> {
    let text = "lathe: 2\nname: My Flow\nnodes:\n  - { id: A, kind: data.set }\n  - { id: b, kind: http.request, \
                with: { methud: GET } }\nedges: [b -> c]\n";
    assert_snapshot!(faults(text)?);
    Ok(())
}

#[test]
fn models_with_names_that_cannot_be() -> Result<()> {
    let text = "name: shop\nmodels:\n  - name: self\n    fields: [{ name: title, type: text }]\n  \
                - name: drop table\n    fields: [{ name: title, type: text }]\n";
    assert_snapshot!(faults(text)?);
    Ok(())
}
