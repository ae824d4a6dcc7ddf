//! Mistakes of a data file, by line.

use crate::cli::console;
use crate::errors::Failure;
use std::path::Path;

/// Mistakes printed one by one.
const MOST_SHOWN: usize = 20;

/// Mistakes of a file, the first ones in words and all of them counted.
#[derive(Default)]
pub struct Mistakes {
    pub lines: Vec<String>,
    pub count: usize,
}

impl Mistakes {
    /// Adds one.
    pub fn add(&mut self, line: u64, what: String) {
        self.count += 1;
        if self.lines.len() < MOST_SHOWN {
            self.lines.push(format!("  line {line}: {what}"));
        }
    }

    /// # Errors
    /// [`crate::errors::Category::Data`] where there are any.
    pub fn into_result(self, path: &Path) -> Result<(), Failure> {
        if self.count == 0 {
            return Ok(());
        }
        let hidden = self.count - self.lines.len();
        let mut report = format!("{}\n{}", path.display(), self.lines.join("\n"));
        if hidden > 0 {
            report.push_str(&format!("\n  and {hidden} more"));
        }
        let count = console::count(self.count, "mistake");
        Err(Failure::data(format!("`{}` has {count}", path.display())).with_report(report))
    }
}
