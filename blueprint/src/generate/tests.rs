//! The tests of the generated application: one per rule, named after it.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{File, GenerateError, format_rust, module};
use crate::validate::{Resolved, ResolvedField, ResolvedModel};
use crate::{OnDelete, Relationship, RelationshipKind};

pub(super) fn files(resolved: &Resolved) -> Result<Vec<File>, GenerateError> {
    let modules = resolved.models.iter().map(|model| module(&model.name));
    let mut files = vec![
        format_rust("tests/api/main.rs", main_file())?,
        format_rust(
            "tests/api/models/mod.rs",
            quote! {
                //! One file of tests per model.

                #(mod #modules;)*
            },
        )?,
    ];
    for model in &resolved.models {
        files.push(format_rust(
            &format!("tests/api/models/{}.rs", model.name),
            model_file(model),
        )?);
    }
    Ok(files)
}

fn main_file() -> TokenStream {
    quote! {
        //! What the application promises, shown over its real routes and a real database.

        mod models;

        use lathe_runtime::testing::TestApp;

        async fn start() -> TestApp {
            TestApp::start(&app::APPLICATION, include_str!("../samples.json")).await
        }

        #[tokio::test]
        async fn answers_for_its_health() {
            start().await.proves_health().await;
        }

        #[tokio::test]
        async fn answers_to_its_own_names_only() {
            start().await.proves_its_names().await;
        }

        #[tokio::test]
        async fn refuses_in_one_form() {
            start().await.proves_the_form_of_refusals().await;
        }

        #[tokio::test]
        async fn describes_every_model_in_openapi() {
            start().await.proves_the_openapi_document().await;
        }
    }
}

fn model_file(model: &ResolvedModel) -> TokenStream {
    let ResolvedModel { name, label, .. } = model;
    let doc = format!(" The rules of {label}.");
    let mut tests = vec![
        test(
            "creates_reads_updates_and_deletes",
            &quote!(proves_the_life_of_a_record(#name)),
        ),
        test(
            "lists_page_by_page_in_every_order",
            &quote!(proves_paging(#name)),
        ),
        test(
            "refuses_an_unknown_field",
            &quote!(refuses(#name, "no such field", serde_json::json!(1))),
        ),
    ];
    for field in &model.fields {
        field_tests(name, field, &mut tests);
    }
    for relation in &model.relations {
        relation_tests(name, relation, &mut tests);
    }
    quote! {
        #![doc = #doc]

        use crate::start;

        #(#tests)*
    }
}

fn field_tests(model: &str, field: &ResolvedField, tests: &mut Vec<TokenStream>) {
    let name = &field.name;
    if field.required && field.default.is_none() {
        tests.push(test(
            &format!("{name}_is_required"),
            &quote!(refuses_absence(#model, #name)),
        ));
    } else if field.required {
        let value = json(&Value::Null);
        tests.push(test(
            &format!("{name}_is_required"),
            &quote!(refuses(#model, #name, #value)),
        ));
    }
    if let Some(value) = field.rules.wrong_type() {
        let value = json(&value);
        tests.push(test(
            &format!("{name}_has_its_type"),
            &quote!(refuses(#model, #name, #value)),
        ));
    }
    if field.unique {
        tests.push(test(
            &format!("{name}_is_unique"),
            &quote!(refuses_a_duplicate(#model, #name)),
        ));
    }
    if let Some(default) = &field.default {
        let default = json(default);
        tests.push(test(
            &format!("{name}_has_a_default"),
            &quote!(fills_in(#model, #name, #default)),
        ));
    }
    for (rule, value) in field.rules.breaches(field.required) {
        let value = json(&value);
        tests.push(test(
            &format!("{name}_is_not_{rule}"),
            &quote!(refuses(#model, #name, #value)),
        ));
    }
}

fn relation_tests(model: &str, relation: &Relationship, tests: &mut Vec<TokenStream>) {
    let Relationship { name, target, .. } = relation;
    let key = relation.key();
    let many = relation.kind == RelationshipKind::ManyToMany;
    if relation.required {
        tests.push(test(
            &format!("{name}_is_required"),
            &quote!(refuses_absence(#model, #key)),
        ));
    }
    let dangling = quote!(refuses_a_dangling_reference(#model, #key, #many));
    tests.push(test(&format!("{name}_must_exist"), &dangling));
    let after = match (relation.on_delete(), many) {
        (OnDelete::Restrict, _) => quote! {
            assert_eq!(app.delete(#target, &target).await.status, 409);
            assert_eq!(app.read(#model, &record).await.status, 200);
        },
        (OnDelete::Cascade, false) => quote! {
            assert_eq!(app.delete(#target, &target).await.status, 204);
            assert_eq!(app.read(#model, &record).await.status, 404);
        },
        (OnDelete::Cascade | OnDelete::SetNull, _) => {
            let left = if many {
                quote!(serde_json::json!([]))
            } else {
                quote!(serde_json::Value::Null)
            };
            quote! {
                assert_eq!(app.delete(#target, &target).await.status, 204);
                assert_eq!(app.read(#model, &record).await.body[#key], #left);
            }
        }
    };
    let title = module(&format!("deleting_the_target_of_{name}"));
    tests.push(quote! {
        #[tokio::test]
        async fn #title() {
            let app = start().await;
            let (record, target) = app.create_linked(#model, #name).await;
            #after
        }
    });
}

fn test(title: &str, call: &TokenStream) -> TokenStream {
    let title = module(title);
    quote! {
        #[tokio::test]
        async fn #title() {
            start().await.#call.await;
        }
    }
}

/// A value as an expression. A text that only counts by its length is written by its length.
fn json(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(serde_json::Value::Null),
        Value::Bool(flag) => quote!(serde_json::json!(#flag)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => quote!(serde_json::json!(#whole)),
            None => parsed(value),
        },
        Value::String(text) if text.len() > 40 && text.chars().all(|letter| letter == 'x') => {
            let length = text.len();
            quote!(serde_json::json!("x".repeat(#length)))
        }
        Value::String(text) => quote!(serde_json::json!(#text)),
        Value::Array(_) | Value::Object(_) => parsed(value),
    }
}

fn parsed(value: &Value) -> TokenStream {
    let text = value.to_string();
    quote!(serde_json::from_str(#text).expect("the default is JSON"))
}
