//! Standard output and standard error: the only place that writes to them.

use crate::errors::{Category, Failure};
use std::io::{IsTerminal, Write};

/// Widest table: beyond it lines are hard to follow.
const WIDEST: usize = 160;
/// Narrowest table that still has room for three worlds.
const NARROWEST: usize = 60;
/// Width where `COLUMNS` is not set: the same table on a terminal, in a pipe and in a file.
const DEFAULT_WIDTH: usize = 100;

/// Writes an answer to standard output, with a line feed at the end if it has none. Names come from files: none of their
/// control characters reaches a terminal.
///
/// # Errors
/// [`Category::BrokenPipe`], a success, where the reader left.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut text: String = text
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::from_stdout(&error))
}

/// Writes a remark to standard error; a remark nobody can read is not worth failing for.
pub fn remark(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says why the command failed.
pub fn complain(failure: &Failure) {
    if failure.category == Category::BrokenPipe {
        return;
    }
    if let Some(report) = &failure.report {
        remark(report.trim_end_matches('\n'));
    }
    if !failure.message.is_empty() {
        remark(&format!("{}: {failure}", heading(failure.category)));
    }
}

fn heading(category: Category) -> &'static str {
    match category {
        Category::Internal => "internal error (please report it, with the scenario)",
        _ => "error",
    }
}

/// Whether words on standard error may be colored.
pub fn color_on_stderr(no_color: bool) -> bool {
    !no_color
        && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && std::io::stderr().is_terminal()
}

/// Whether someone watches standard error, so that a progress bar is welcome.
pub fn watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Columns for a table on standard output: `COLUMNS` where it is set.
pub fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(DEFAULT_WIDTH)
        .clamp(NARROWEST, WIDEST)
}

/// A whole number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `no tables`, `1 table`, `2 tables`.
pub fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// Seconds as people say them.
pub fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.0} ms", (seconds * 1000.0).max(1.0))
    } else if seconds < 100.0 {
        format!("{seconds:.1} s")
    } else if seconds < 7200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in cases {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn durations_are_short() {
        let cases = [
            (0.0002, "1 ms"),
            (0.25, "250 ms"),
            (6.24, "6.2 s"),
            (150.0, "2 min"),
            (9000.0, "2.5 h"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
    }
}
