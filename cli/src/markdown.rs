//! Markdown as readable text: what a manual page needs, no more.

use clap::builder::styling::{AnsiColor, Style};

const HEADING: Style = Style::new().bold().underline();
const CODE: Style = AnsiColor::Cyan.on_default();
const STRONG: Style = Style::new().bold();

/// Lays out Markdown for a terminal, or without colours for a file.
pub(crate) fn render(text: &str, coloured: bool) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let rendered = if in_code {
            format!("    {}", paint(line, CODE, coloured))
        } else if let Some(heading) = line.strip_prefix('#') {
            paint(heading.trim_start_matches('#').trim(), HEADING, coloured)
        } else {
            inline(line, coloured)
        };
        out.push_str(rendered.trim_end());
        out.push('\n');
    }
    out
}

/// Code and strong words within a line; links show their text.
fn inline(line: &str, coloured: bool) -> String {
    let mut out = String::new();
    for (place, part) in line.split('`').enumerate() {
        if place % 2 == 1 {
            out.push_str(&paint(part, CODE, coloured));
            continue;
        }
        for (place, part) in part.split("**").enumerate() {
            if place % 2 == 1 {
                out.push_str(&paint(part, STRONG, coloured));
            } else {
                out.push_str(part);
            }
        }
    }
    out
}

fn paint(text: &str, style: Style, coloured: bool) -> String {
    if coloured && !text.is_empty() {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_without_its_marks() {
        let page = "# Wait\n\nWaits **long** for `until`.\n\n```yaml\nid: a\n```\n\n| a | b |\n";
        assert_eq!(
            render(page, false),
            "Wait\n\nWaits long for until.\n\n    id: a\n\n| a | b |\n"
        );
        assert!(render(page, true).contains("\u{1b}[36muntil\u{1b}[0m"));
    }
}
