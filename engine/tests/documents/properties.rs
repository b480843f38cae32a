//! What holds for any text and any value.

use engine::document::parse;
use engine::document::source::Source;
use engine::script::{to_json, to_script};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::templates::resolve;

/// JSON that scripts can hold: integers of 64 bits, finite floats.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("finite", |float| float.is_finite())
            .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z $_/~]{0,6}", inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn values_come_out_of_scripts_as_they_went_in(value in json_value()) {
        prop_assert_eq!(to_json(to_script(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z0-9 :\\[\\]{}\"'#&*!|>%@,\\n\\t\\\\é$]{0,80}") {
        let _ = parse::parse(&text);
        let _ = parse::parse(&format!("lathe: 1\nname: a\nnodes:\n  - id: a\n    kind: b\n    with: {text}"));
    }

    #[test]
    fn json_is_read_as_serde_reads_it(value in json_value()) {
        let document = json!({ "it": value });
        for text in [document.to_string(), serde_json::to_string_pretty(&document).unwrap()] {
            prop_assert_eq!(&Source::read(&text).unwrap().value, &document);
        }
    }

    #[test]
    fn text_without_expressions_stays_as_it_is(text in "[a-z$ }\"'`\\n]{0,40}") {
        prop_assume!(!text.contains("${"));
        prop_assert_eq!(resolve("data.set", json!({"it": &text})).unwrap(), json!({"it": &text}));
    }

    #[test]
    fn a_string_passes_through_an_expression(text in "\\PC{0,40}") {
        let literal = text.replace('\\', "\\\\").replace('"', "\\\"");
        let template = format!("<${{ \"{literal}\" }}>");
        prop_assert_eq!(resolve("data.set", json!({"it": template})).unwrap(), json!({"it": format!("<{text}>")}));
    }
}

#[test]
fn texts_beyond_the_limits_are_refused_early() {
    let deep = format!(
        "lathe: 1\nname: {}{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let wide = format!("lathe: 1\nname: [{}]", "1,".repeat(300_000));
    let long = "#".repeat(2_000_000);
    let nodes =
        json!({"lathe": 1, "name": "many", "nodes": vec![json!({"id": "a", "kind": "b"}); 2_001]})
            .to_string();
    for (text, message) in [
        (deep, "nested deeper than 64 levels"),
        (wide, "the document holds more than 200000 values"),
        (
            long,
            "the text is longer than a document may be: 1048576 bytes",
        ),
        (nodes, "a document has at most 2000 nodes"),
    ] {
        assert_eq!(parse::parse(&text).unwrap_err().0[0].message, message);
    }
    let value = json!({"lathe": 1, "name": "a", "nodes": [{"id": "a", "kind": "b", "with": {"constructor": 1}}]});
    assert_eq!(
        parse::from_value(value).unwrap_err().0[0].path,
        "/nodes/0/with/constructor"
    );
}
