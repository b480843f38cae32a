//! The application crate: its models as declarations. Names enter as literals of the token stream only.

use proc_macro2::TokenStream;
use quote::quote;

use super::{File, GenerateError, format_rust, module};
use crate::OnDelete;
use crate::declaration::{
    DeclaredField, DeclaredKind, DeclaredModel, DeclaredRelation, DeclaredRelationKind, model,
};
use crate::migration::Migration;
use crate::validate::Resolved;

pub(super) fn files(
    resolved: &Resolved,
    version: &str,
    migrations: &[Migration],
) -> Result<Vec<File>, GenerateError> {
    let mut files = vec![
        format_rust("src/main.rs", main_file(resolved))?,
        format_rust("src/lib.rs", lib_file(resolved, version))?,
        format_rust("src/migrations.rs", migrations_file(migrations))?,
        format_rust("src/models/mod.rs", models_file(resolved))?,
    ];
    for resolved in &resolved.models {
        files.push(format_rust(
            &format!("src/models/{}.rs", resolved.name),
            model_file(&model(resolved)),
        )?);
    }
    Ok(files)
}

fn main_file(resolved: &Resolved) -> TokenStream {
    let doc = format!(" Starts {}.", resolved.label);
    quote! {
        #![doc = #doc]

        fn main() -> std::process::ExitCode {
            lathe_runtime::main(&app::APPLICATION)
        }
    }
}

fn lib_file(resolved: &Resolved, version: &str) -> TokenStream {
    let Resolved {
        name,
        label,
        description,
        ..
    } = resolved;
    let doc = format!(
        " {label}: its models and migrations. What they do together is in the runtime crate."
    );
    quote! {
        #![doc = #doc]

        mod migrations;
        mod models;

        use lathe_runtime::Application;

        pub static APPLICATION: Application = Application {
            name: #name,
            label: #label,
            description: #description,
            version: #version,
            models: models::ALL,
            migrations: migrations::ALL,
            openapi: include_str!("../openapi.json"),
        };
    }
}

fn migrations_file(migrations: &[Migration]) -> TokenStream {
    let entries = migrations.iter().map(|migration| {
        let number = number(i64::from(migration.number));
        let name = &migration.name;
        let sqlite = format!("../migrations/{}/sqlite.sql", migration.folder());
        let postgres = format!("../migrations/{}/postgres.sql", migration.folder());
        quote! {
            Migration {
                number: #number,
                name: #name,
                sqlite: include_str!(#sqlite),
                postgres: include_str!(#postgres),
            }
        }
    });
    quote! {
        //! Every step from an empty database to the models of today. What is here is never changed, only added to.

        use lathe_runtime::Migration;

        pub(crate) static ALL: &[Migration] = &[#(#entries),*];
    }
}

fn models_file(resolved: &Resolved) -> TokenStream {
    let modules: Vec<_> = resolved
        .models
        .iter()
        .map(|model| module(&model.name))
        .collect();
    quote! {
        //! The models of the application, one file each.

        #(mod #modules;)*

        use lathe_runtime::Model;

        pub(crate) static ALL: &[&Model] = &[#(&#modules::MODEL),*];
    }
}

fn model_file(model: &DeclaredModel) -> TokenStream {
    let DeclaredModel { name, label, .. } = model;
    let doc = format!(" {label}: the fields of each record and what it refers to.");
    let fields = model.fields.iter().map(field);
    let relations = model.relations.iter().map(relation);
    let mut imports = vec![quote!(Field), quote!(Kind), quote!(Model)];
    if !model.relations.is_empty() {
        imports.extend([quote!(OnDelete), quote!(Relation), quote!(RelationKind)]);
    }
    quote! {
        #![doc = #doc]

        use lathe_runtime::{#(#imports),*};

        pub(crate) static MODEL: Model = Model {
            name: #name,
            label: #label,
            fields: &[#(#fields),*],
            relations: &[#(#relations),*],
        };
    }
}

fn field(field: &DeclaredField) -> TokenStream {
    let DeclaredField {
        key,
        name,
        label,
        required,
        unique,
        ..
    } = field;
    let kind = kind(&field.kind);
    let default = option(field.default.as_ref());
    quote! {
        Field {
            key: #key,
            name: #name,
            label: #label,
            kind: #kind,
            required: #required,
            unique: #unique,
            default: #default,
        }
    }
}

fn kind(kind: &DeclaredKind) -> TokenStream {
    match kind {
        DeclaredKind::Text { min, max } => {
            let (min, max) = (number(i64::from(*min)), number(i64::from(*max)));
            quote!(Kind::Text { min: #min, max: #max })
        }
        DeclaredKind::LongText { min, max } => {
            let (min, max) = (number(i64::from(*min)), number(i64::from(*max)));
            quote!(Kind::LongText { min: #min, max: #max })
        }
        DeclaredKind::Integer { min, max } => {
            let (min, max) = (number(*min), number(*max));
            quote!(Kind::Integer { min: #min, max: #max })
        }
        DeclaredKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => {
            let (min, max) = (option(min.as_ref()), option(max.as_ref()));
            let (precision, scale) = (number(i64::from(*precision)), number(i64::from(*scale)));
            quote!(Kind::Decimal { precision: #precision, scale: #scale, min: #min, max: #max })
        }
        DeclaredKind::Boolean => quote!(Kind::Boolean),
        DeclaredKind::Date { min, max } => {
            let (min, max) = (option(min.as_ref()), option(max.as_ref()));
            quote!(Kind::Date { min: #min, max: #max })
        }
        DeclaredKind::Datetime { min, max } => {
            let (min, max) = (option(min.as_ref()), option(max.as_ref()));
            quote!(Kind::Datetime { min: #min, max: #max })
        }
        DeclaredKind::Enum { values } => quote!(Kind::Enum { values: &[#(#values),*] }),
        DeclaredKind::Email => quote!(Kind::Email),
        DeclaredKind::Json => quote!(Kind::Json),
        DeclaredKind::Uuid => quote!(Kind::Uuid),
    }
}

fn relation(relation: &DeclaredRelation) -> TokenStream {
    let DeclaredRelation {
        key,
        name,
        label,
        target,
        inverse,
        required,
        ..
    } = relation;
    let on_delete = match relation.on_delete {
        OnDelete::Restrict => quote!(OnDelete::Restrict),
        OnDelete::Cascade => quote!(OnDelete::Cascade),
        OnDelete::SetNull => quote!(OnDelete::SetNull),
    };
    let kind = match &relation.kind {
        DeclaredRelationKind::ManyToOne { column } => {
            quote!(RelationKind::ManyToOne { column: #column })
        }
        DeclaredRelationKind::ManyToMany { table } => {
            quote!(RelationKind::ManyToMany { table: #table })
        }
    };
    quote! {
        Relation {
            key: #key,
            name: #name,
            label: #label,
            target: #target,
            inverse: #inverse,
            required: #required,
            on_delete: #on_delete,
            kind: #kind,
        }
    }
}

/// A number as a person would write it, without the suffix of its type.
fn number(value: i64) -> TokenStream {
    let digits = proc_macro2::Literal::u64_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote!(-#digits)
    } else {
        quote!(#digits)
    }
}

fn option(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}
