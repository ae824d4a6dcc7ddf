//! Who answers for an assumption and who agreed to it, from a file of the user. What he does not give is "not given".

use super::arguments::Assumption;
use crate::book::calendar::Day;
use crate::cli::record::read_text;
use crate::errors::Failure;
use crate::results::valuation::Approval;
use crate::scenario::diagnostics::nearest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the copy of the file.
pub const COPY: &str = "register.toml";
/// Longest name of a person or a board, characters.
const LONGEST: usize = 120;

/// One table of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    owner: Option<toml::Spanned<String>>,
    approved_by: Option<toml::Spanned<String>>,
    approved_on: Option<toml::Spanned<toml::Value>>,
}

/// The file as read.
#[derive(Debug)]
pub struct Register {
    /// By assumption, with the line of its table.
    entries: BTreeMap<String, (usize, Approval)>,
    name: String,
    pub text: String,
}

impl Register {
    /// # Errors
    /// [`crate::errors::Category::Input`] with the line of what is wrong.
    pub fn read(path: &Path) -> Result<Register, Failure> {
        let name = path.display().to_string();
        parse(&name, read_text(path)?)
    }

    /// Puts owners and approvals beside the assumptions they are of.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`] where the file names an assumption that this valuation does not make.
    pub fn fill(&self, assumptions: &mut [Assumption]) -> Result<(), Failure> {
        for (id, (line, approval)) in &self.entries {
            let found = assumptions
                .iter_mut()
                .find(|assumption| assumption.id == id);
            if let Some(assumption) = found {
                assumption.approval = approval.clone();
                continue;
            }
            let known = assumptions.iter().map(|assumption| assumption.id);
            let near = nearest(id, known.clone());
            let hint = near.map_or_else(
                || format!("expected one of {}", known.collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(self.wrong(
                *line,
                &format!("`{}` is no assumption of this valuation; {hint}", shown(id)),
            ));
        }
        Ok(())
    }

    fn wrong(&self, line: usize, what: &str) -> Failure {
        Failure::input(format!("`{}`: line {line}: {what}", self.name))
    }
}

fn parse(name: &str, text: String) -> Result<Register, Failure> {
    let line_of = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let read: BTreeMap<toml::Spanned<String>, Entry> = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(span.start));
        Failure::input(format!(
            "`{name}`: line {line}: {}; expected tables named after assumptions, with owner, approved_by and approved_on",
            error.message()
        ))
    })?;
    let mut register = Register {
        entries: BTreeMap::new(),
        name: name.to_owned(),
        text: String::new(),
    };
    for (id, entry) in read {
        let line = line_of(id.span().start);
        let approval = entry
            .approval()
            .map_err(|(at, what)| register.wrong(line_of(at), &what))?;
        register.entries.insert(id.into_inner(), (line, approval));
    }
    register.text = text;
    Ok(register)
}

impl Entry {
    /// What the table says; an error is a place in the file and what is wrong there.
    fn approval(self) -> Result<Approval, (usize, String)> {
        let owner = person(self.owner, "owner")?;
        let approved_by = person(self.approved_by, "approved_by")?;
        let mut approved_on = None;
        if let Some(value) = self.approved_on {
            let at = value.span().start;
            let day = match value.into_inner() {
                toml::Value::String(text) => Day::parse(text.as_bytes()),
                toml::Value::Datetime(date) => Day::parse(date.to_string().as_bytes()),
                _ => None,
            };
            let wanted = || "approved_on is no day, for example 2026-11-30".to_owned();
            approved_on = Some(day.ok_or_else(|| (at, wanted()))?.to_string());
            if approved_by.is_none() {
                let what = "approved_on without approved_by: say who approved it";
                return Err((at, what.to_owned()));
            }
        }
        Ok(Approval {
            owner,
            approved_by,
            approved_on,
        })
    }
}

/// The name of a person or of a board.
fn person(
    value: Option<toml::Spanned<String>>,
    key: &str,
) -> Result<Option<String>, (usize, String)> {
    let Some(value) = value else { return Ok(None) };
    let at = value.span().start;
    let name = value.into_inner().trim().to_owned();
    let length = name.chars().count();
    if !(1..=LONGEST).contains(&length) || name.chars().any(char::is_control) {
        let what = format!("{key} is no text of 1 to {LONGEST} characters in one line");
        return Err((at, what));
    }
    Ok(Some(name))
}

fn shown(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Register, String> {
        parse("r.toml", text.to_owned()).map_err(|failure| failure.message)
    }

    #[test]
    fn owners_and_approvals_are_read_as_given() {
        let text = "[cost_per_point]\nowner = \"Loyalty finance\"\napproved_by = \"CFO\"\napproved_on = 2026-11-30\n\
                    [tail_factor]\napproved_by = \"Board\"\napproved_on = \"2026-12-01\"\n[rate]\n";
        let register = parsed(text).unwrap();
        let (line, cost) = &register.entries["cost_per_point"];
        assert_eq!((*line, cost.owner.as_deref()), (1, Some("Loyalty finance")));
        assert_eq!(cost.approved_on.as_deref(), Some("2026-11-30"));
        let tail = &register.entries["tail_factor"].1;
        assert_eq!(
            (&tail.owner, tail.approved_on.as_deref()),
            (&None, Some("2026-12-01"))
        );
        assert_eq!(register.entries["rate"].1, Approval::default());
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        for (text, wanted) in [
            ("[rate]\nowner = \"\"\n", "line 2: owner is no text"),
            ("[rate]\nowner = \"a\\nb\"\n", "line 2: owner is no text"),
            ("[rate]\nholder = \"a\"\n", "line 2: unknown field `holder`"),
            (
                "[rate]\n\napproved_on = 2026-11-30\n",
                "line 3: approved_on without approved_by",
            ),
            (
                "[rate]\napproved_by = \"a\"\napproved_on = 2026-02-30T00:00:00Z\n",
                "line 3",
            ),
            (
                "[rate]\napproved_by = \"a\"\napproved_on = \"soon\"\n",
                "line 3: approved_on is no day",
            ),
            ("rate = 3\n", "line 1"),
            ("[rate\n", "line 1"),
        ] {
            let told = parsed(text).err().unwrap();
            assert!(told.contains(wanted), "{text:?}: {told}");
        }
    }

    #[test]
    fn an_assumption_that_is_not_made_is_refused_with_the_nearest() {
        let mut made = [super::super::arguments::entry(
            "cost_per_point",
            1.into(),
            "money",
            true,
        )];
        let register = parsed("[cost_per_pont]\nowner = \"a\"\n").unwrap();
        let told = register.fill(&mut made).unwrap_err().message;
        assert!(
            told.contains("line 1") && told.contains("`cost_per_point`?"),
            "{told}"
        );
        assert_eq!(made[0].approval, Approval::default());
    }
}
