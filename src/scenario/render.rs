//! Diagnostics as a person reads them: file, line, the text underlined, what was expected.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::diagnostics::{Diagnostic, Severity, neutralize_source};
use super::load::Source;

/// Most findings shown in full.
const MOST_SHOWN: usize = 100;

/// Characters shown on each side of the place in a very long line.
const WINDOW: usize = 60;

/// All findings, each with its line of the source, ready to print; `color` adds terminal colors. User text cannot
/// reach the terminal unneutralized.
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(120);
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(MOST_SHOWN) {
        text.push_str(&render_one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    if let Some(more @ 1..) = diagnostics.len().checked_sub(MOST_SHOWN) {
        text.push_str(&format!("and {more} more findings\n\n"));
    }
    text.push_str(&summary(diagnostics));
    text.push('\n');
    text
}

/// "2 errors, 1 warning".
fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    };
    match (errors, warnings) {
        (_, 0) => count(errors, "error"),
        (0, _) => count(warnings, "warning"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

fn render_one(diagnostic: &Diagnostic, sources: &[Source], renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let excerpt = excerpt(diagnostic, sources);
    let mut group = match &excerpt {
        Some(excerpt) => title.element(
            Snippet::source(excerpt.text.as_str())
                .path(excerpt.file.as_str())
                .line_start(excerpt.line)
                .annotation(AnnotationKind::Primary.span(excerpt.span.clone())),
        ),
        None => annotate_snippets::Group::with_title(title),
    };
    if let Some(expected) = &diagnostic.expected {
        group = group.element(Level::NOTE.message(wrapped(&format!("expected {expected}"))));
    }
    if let Some(nearest) = &diagnostic.nearest {
        group = group.element(Level::HELP.message(format!("did you mean `{nearest}`?")));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(wrapped(help)));
    }
    let shown = renderer.render(&[group]);
    match &excerpt {
        Some(excerpt) => with_true_column(&shown, excerpt),
        None => shown,
    }
}

/// The renderer counts columns in the text it is given; of a cut line that is not where the place stands in the file.
fn with_true_column(shown: &str, excerpt: &Excerpt) -> String {
    let before = excerpt.text.get(..excerpt.span.start).unwrap_or("");
    let counted = before.chars().count() + 1;
    let place = |column| format!("{}:{}:{column}", excerpt.file, excerpt.line);
    let Some((head, tail)) = shown.split_once("--> ") else {
        return shown.to_string();
    };
    let tail = tail.replacen(&place(counted), &place(excerpt.column), 1);
    format!("{head}--> {tail}")
}

/// Breaks long sentences so that they stay beside the margin of the excerpt.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let chars = word.chars().count();
        if length > 0 && length + chars > 96 {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
        }
        lines.push_str(word);
        length += chars + 1;
    }
    lines
}

/// The line a finding begins on.
struct Excerpt {
    file: String,
    line: usize,
    /// In the line of the file, counted in characters from 1.
    column: usize,
    text: String,
    span: Range<usize>,
}

/// Stands for what is left out of a long line.
const CUT: char = '…';

fn excerpt(diagnostic: &Diagnostic, sources: &[Source]) -> Option<Excerpt> {
    let start = diagnostic.span.start;
    let source = sources
        .iter()
        .rev()
        .find(|source| start >= source.start)
        .or(sources.first())?;
    let text = source.text.as_str();
    let from = floor_char(text, start.saturating_sub(source.start));
    let to = floor_char(text, diagnostic.span.end.saturating_sub(source.start)).max(from);
    let line_start = text[..from].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[from..].find('\n').map_or(text.len(), |i| from + i);
    // A finding over several lines is shown by its first; a long line by what surrounds the place.
    let to = to.min(line_end);
    let whole = line_end - line_start <= 2 * WINDOW;
    let left = text[line_start..from]
        .char_indices()
        .rev()
        .nth(WINDOW - 1)
        .map_or(
            line_start,
            |(i, _)| if whole { line_start } else { line_start + i },
        );
    let right = text[to..line_end]
        .char_indices()
        .nth(WINDOW)
        .map_or(line_end, |(i, _)| if whole { line_end } else { to + i });
    let to = text[from..to]
        .char_indices()
        .nth(2 * WINDOW)
        .map_or(to, |(i, _)| from + i);
    let right = if to < right && right > to + 4 * WINDOW {
        to
    } else {
        right
    };
    let cut = |is_cut: bool| {
        if is_cut {
            CUT.to_string()
        } else {
            String::new()
        }
    };
    let (head, tail) = (cut(left > line_start), cut(right < line_end));
    let middle = neutralize_source(text.get(left..right)?.trim_end_matches('\r'));
    let shift = head.len();
    Some(Excerpt {
        file: neutralize_source(&source.name),
        line: text[..line_start].matches('\n').count() + 1,
        column: text[line_start..from].chars().count() + 1,
        text: format!("{head}{middle}{tail}"),
        span: from - left + shift..to - left + shift,
    })
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::diagnostics::Code;
    use super::*;

    fn source(text: &str) -> Vec<Source> {
        vec![Source {
            name: "test.toml".to_string(),
            start: 0,
            text: text.to_string(),
        }]
    }

    #[test]
    fn any_span_of_any_text_renders() {
        for text in ["", "\n", "é\u{1b}[2Jx = 1\r\n\u{202e}y", &"x".repeat(5000)] {
            let sources = source(text);
            for start in 0..text.len().min(40) + 3 {
                for length in [0, 1, 2, 7, 4000] {
                    let finding = Diagnostic::error(Code::Syntax, "wrong", start..start + length);
                    let shown = render(&[finding], &sources, false);
                    assert!(shown.contains("error[syntax]: wrong"));
                    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'));
                    assert!(shown.lines().all(|line| line.chars().count() < 400));
                }
            }
        }
    }

    #[test]
    fn the_column_of_a_cut_line_is_that_of_the_file() {
        let line = format!(
            "first = 1\n{}bad{}\n",
            "é = 1, ".repeat(40),
            "x".repeat(200)
        );
        let at = line.find("bad").unwrap();
        for color in [false, true] {
            let finding = Diagnostic::error(Code::Syntax, "wrong", at..at + 3);
            let shown = render(&[finding], &source(&line), color);
            assert!(shown.contains("test.toml:2:281"), "{shown}");
            assert!(shown.contains('…'), "{shown}");
        }
    }

    #[test]
    fn counts_read_as_words() {
        let error = Diagnostic::error(Code::Syntax, "a", 0..0);
        let warning = Diagnostic::warning(Code::Implausible, "b", 0..0);
        assert_eq!(summary(std::slice::from_ref(&error)), "1 error");
        assert_eq!(summary(&[warning.clone(), warning.clone()]), "2 warnings");
        assert_eq!(
            summary(&[error.clone(), error, warning]),
            "2 errors, 1 warning"
        );
    }
}
