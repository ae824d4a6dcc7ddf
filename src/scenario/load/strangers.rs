//! Named elements that a file adds to a list of the file below it. Where such an element is incomplete, its name was
//! probably misspelled: it was meant to complete one that is there.

use super::name;
use crate::scenario::diagnostics::{Code, Diagnostic, echo, nearest};
use crate::scenario::raw::node::{Node, Span};

/// Most names of the file below that are told.
const MOST_NAMES: usize = 16;

/// An element that the file below does not have.
pub struct Stranger {
    span: Span,
    name: String,
    /// Names of the list it was added to.
    known: Vec<String>,
}

impl Stranger {
    /// The element beside those of the file below; none without a name.
    pub fn among(element: &Node, below: &[Node]) -> Option<Stranger> {
        Some(Stranger {
            span: element.span.clone(),
            name: name(element)?.to_owned(),
            known: below.iter().filter_map(name).map(str::to_owned).collect(),
        })
    }

    /// What the file below has instead.
    fn hint(&self) -> String {
        let known = self.known.iter().take(MOST_NAMES);
        let known: Vec<String> = known.map(|name| format!("\"{}\"", echo(name))).collect();
        format!(
            "the file below has no \"{}\" to complete but {}: this one is new and must be complete",
            echo(&self.name),
            known.join(", ")
        )
    }
}

/// Tells of the file below at the first key that each stranger lacks.
pub fn introduce(strangers: &[Stranger], findings: &mut [Diagnostic]) {
    for stranger in strangers
        .iter()
        .filter(|stranger| !stranger.known.is_empty())
    {
        let lacking = |f: &&mut Diagnostic| f.code == Code::MissingKey && f.span == stranger.span;
        if let Some(finding) = findings.iter_mut().find(lacking) {
            let known = stranger.known.iter().map(String::as_str);
            finding.nearest = nearest(&stranger.name, known).map(echo);
            finding.help = Some(stranger.hint());
        }
    }
}
