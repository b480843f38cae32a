//! YAML text: one document, without anchors, aliases and tags.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use serde_json::Value;

use super::build::{Builder, empty_array, empty_object, refuse};
use super::{MAX_DEPTH, Mark, scalar};
use crate::problem::Problem;

const NO_ANCHORS: &str = "anchors and aliases are not allowed: write the value out";

pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), Problem> {
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| refused_by_parser(&error))?;
        let mark = mark_of(&span.start);
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(refuse(
                        mark,
                        "a second document begins here: only one is allowed",
                    ));
                }
            }
            Event::Alias(_)
            | Event::Scalar(_, _, 1.., _)
            | Event::SequenceStart(1.., _)
            | Event::MappingStart(1.., _) => {
                return Err(refuse(mark, NO_ANCHORS));
            }
            Event::Scalar(_, _, _, Some(tag))
            | Event::SequenceStart(_, Some(tag))
            | Event::MappingStart(_, Some(tag)) => {
                let message = format!(
                    "tags such as `{}{}` are not allowed",
                    tag.handle, tag.suffix
                );
                return Err(refuse(mark, message));
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) if !builder.wants_key() => {
                let value = scalar::plain(&text).map_err(|message| refuse(mark, message))?;
                builder.scalar(value, mark)?;
            }
            Event::Scalar(text, ..) if builder.wants_key() => {
                builder.key(text.into_owned(), mark)?;
            }
            Event::Scalar(text, ..) => builder.scalar(Value::String(text.into_owned()), mark)?,
            Event::SequenceStart(..) => builder.open(empty_array(), mark)?,
            Event::MappingStart(..) => builder.open(empty_object(), mark)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    Ok(())
}

fn refused_by_parser(error: &ScanError) -> Problem {
    let message = match error.info() {
        // The parser stops at flow collections far deeper than any document may nest.
        "recursion limit exceeded" => format!("nested deeper than {MAX_DEPTH} levels"),
        why => format!("this is neither YAML nor JSON: {why}"),
    };
    refuse(mark_of(error.marker()), message)
}

fn mark_of(marker: &Marker) -> Mark {
    Mark {
        line: marker.line().max(1),
        column: marker.col() + 1,
    }
}
