//! What things may be called, and what a misspelt name was probably meant to be.

/// `^[a-z][a-z0-9_]{0,47}$`
pub fn is_node_id(text: &str) -> bool {
    fits(
        text,
        48,
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_',
    )
}

/// `^[a-z][a-z0-9_-]{0,62}$`
pub fn is_workflow_name(text: &str) -> bool {
    fits(
        text,
        63,
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-',
    )
}

/// `^[a-zA-Z_][a-zA-Z0-9_]{0,47}$`: what can be written after `inputs.`, `vars.` and `secrets.`.
pub fn is_dotted_name(text: &str) -> bool {
    fits(
        text,
        48,
        |c| c.is_ascii_alphabetic() || c == '_',
        |c| c.is_ascii_alphanumeric() || c == '_',
    )
}

fn fits(text: &str, longest: usize, first: fn(char) -> bool, others: fn(char) -> bool) -> bool {
    let mut characters = text.chars();
    text.len() <= longest && characters.next().is_some_and(first) && characters.all(others)
}

/// `; did you mean `x`?` for the candidate nearest to a name, or nothing.
pub(super) fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    let nearest = candidates
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min();
    nearest.map_or_else(String::new, |(_, candidate)| {
        format!("; did you mean `{candidate}`?")
    })
}
