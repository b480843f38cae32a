//! Documents that several tests send.

/// Pure, instant, with an input that has a default.
pub(crate) const GREET: &str = "
lathe: 1
name: greet
inputs:
  name: { type: string, default: world }
nodes:
  - id: greeting
    kind: test.echo
    with: { text: \"${ `hello ${inputs.name}` }\" }
";

/// Waits at a gate that the test opens.
pub(crate) const GATED: &str = "
lathe: 1
name: gated
inputs:
  gate: { type: string, default: a }
nodes:
  - id: gate
    kind: test.gate
    with: { gate: \"${ inputs.gate }\" }
  - id: after
    kind: test.echo
    with: { passed: \"${ nodes.gate.output.passed }\" }
edges:
  - gate -> after
";

/// Two models and a relationship.
pub(crate) const LIBRARY: &str = "
name: library
label: Library
models:
  - name: authors
    fields:
      - { name: full_name, type: text, required: true }
  - name: books
    fields:
      - { name: title, type: text, required: true }
      - { name: pages, type: integer }
relationships:
  - { kind: n-1, source: books, target: authors, name: author, inverse: books }
";
