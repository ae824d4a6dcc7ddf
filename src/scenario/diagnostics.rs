//! What is wrong with a scenario, where, and what was expected: every finding of a file, collected in one run.

use std::ops::Range;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The scenario runs; a number in it is outside what has been seen.
    Warning,
}

/// The kind of a finding: stable, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Not TOML.
    Syntax,
    UnknownKey,
    MissingKey,
    WrongType,
    UnknownWord,
    OutOfRange,
    /// A distribution that is malformed or does not fit its key.
    Distribution,
    /// A key the chosen kind, policy or model does not read.
    NotRead,
    Duplicate,
    /// Two statements that contradict each other.
    Inconsistent,
    /// Too much to simulate or to hold.
    TooLarge,
    /// A model that cannot answer the question asked of it.
    Unsuitable,
    /// Possible, but outside what the evidence register holds.
    Implausible,
    /// A file named by `extends` that cannot be used.
    Extends,
    /// A file of data that cannot be used.
    File,
}

impl Code {
    /// The code as printed, for example `unknown-key`.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Syntax => "syntax",
            Code::UnknownKey => "unknown-key",
            Code::MissingKey => "missing-key",
            Code::WrongType => "wrong-type",
            Code::UnknownWord => "unknown-word",
            Code::OutOfRange => "out-of-range",
            Code::Distribution => "distribution",
            Code::NotRead => "not-read",
            Code::Duplicate => "duplicate",
            Code::Inconsistent => "inconsistent",
            Code::TooLarge => "too-large",
            Code::Unsuitable => "unsuitable",
            Code::Implausible => "implausible",
            Code::Extends => "extends",
            Code::File => "file",
        }
    }

    /// Whether a finding of this kind can be trusted in a file that also has syntax errors: what is judged from one
    /// key alone can, what follows from an absence or from several keys cannot.
    pub(crate) fn holds_beside_syntax_errors(self) -> bool {
        matches!(
            self,
            Code::Syntax | Code::UnknownKey | Code::UnknownWord | Code::OutOfRange
        )
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// What is wrong, in one sentence without a final period; user text in it is neutralized by [`echo`].
    pub message: String,
    /// Bytes of the source it is about.
    pub span: Range<usize>,
    /// What would have been right.
    pub expected: Option<String>,
    /// The nearest valid key or word.
    pub nearest: Option<String>,
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn error(code: Code, message: impl Into<String>, span: Range<usize>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            expected: None,
            nearest: None,
            help: None,
        }
    }

    pub fn warning(code: Code, message: impl Into<String>, span: Range<usize>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Self::error(code, message, span)
        }
    }

    /// States what would have been right.
    pub fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub fn with_nearest(mut self, nearest: Option<impl Into<String>>) -> Self {
        self.nearest = nearest.map(Into::into);
        self
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts findings by position, errors before warnings at one place, and drops exact repetitions.
pub fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by(|a, b| {
        (a.span.start, a.span.end, a.severity, a.code, &a.message).cmp(&(
            b.span.start,
            b.span.end,
            b.severity,
            b.code,
            &b.message,
        ))
    });
    findings.dedup();
}

/// Longest piece of user text repeated in a message.
const ECHO_CHARS: usize = 60;

/// User text made safe to print: shortened, with control characters, terminal escapes and direction overrides
/// replaced, so that a file cannot forge a message or drive a terminal.
pub fn echo(text: &str) -> String {
    let mut safe: String = text
        .chars()
        .take(ECHO_CHARS)
        .map(|c| if is_unsafe(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(ECHO_CHARS).is_some() {
        safe.push('…');
    }
    safe
}

/// The source with unsafe characters replaced by others of the same number of bytes, so that spans still hold.
pub fn neutralize_source(source: &str) -> String {
    source
        .chars()
        .map(|c| match (is_unsafe(c), c.len_utf8()) {
            _ if c == '\n' || c == '\t' || c == '\r' => c,
            (false, _) => c,
            (true, 1) => '?',
            (true, 2) => '\u{b7}',
            (true, _) => '\u{fffd}',
        })
        .collect()
}

/// Control characters (C0, DEL, C1) and the marks that reorder or hide text.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The candidate most like `written`, if any is like enough to be what was meant.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Long nonsense has no neighbor, and comparing it would cost time.
    if written.len() > 80 {
        return None;
    }
    let written = written.to_lowercase().replace(['-', ' '], "_");
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let plain = candidate.to_lowercase();
        let distance = strsim::normalized_damerau_levenshtein(&written, &plain);
        let likeness = strsim::jaro_winkler(&written, &plain).max(distance);
        let alike = distance >= 0.6 || likeness >= 0.88;
        if alike && best.is_none_or(|(_, score)| likeness > score) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_key() {
        let keys = ["purchases_per_year", "margin_rate", "share"];
        assert_eq!(
            nearest("purchase_per_year", keys),
            Some("purchases_per_year")
        );
        assert_eq!(nearest("margin-rate", keys), Some("margin_rate"));
        assert_eq!(nearest("Share", keys), Some("share"));
        assert_eq!(nearest("color", keys), None);
    }

    #[test]
    fn terminal_escapes_do_not_survive() {
        assert_eq!(echo("\u{1b}[31mred\u{7}"), "\u{fffd}[31mred\u{fffd}");
        let text = "a\u{1b}b\u{85}c\u{202e}d\ne";
        let safe = neutralize_source(text);
        assert_eq!(safe.len(), text.len());
        assert_eq!(safe, "a?b\u{b7}c\u{fffd}d\ne");
        assert_eq!(echo(&"x".repeat(100)).chars().count(), 61);
    }
}
