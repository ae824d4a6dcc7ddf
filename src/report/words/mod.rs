//! All sentences, by language. Results hold codes and numbers; nothing outside this module holds a sentence.

mod en;
mod kinds;

pub use kinds::{Apart, Brought, CourseWords, FriendWords, Holders, Moved, StatusWords};

use super::number::Numerals;
use super::verdict::Makeup;
use crate::results::Finding;

/// A language reports are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
}

impl Language {
    pub fn words(self) -> &'static dyn Words {
        match self {
            Self::English => &en::English,
        }
    }
}

/// What a program is worth, for a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    pub program: String,
    /// Net present value, major units; `None` if not measured.
    pub value: Option<f64>,
    /// 95 % interval of luck, where there is one.
    pub interval: Option<[f64; 2]>,
    /// Whether the value counts what happens after the horizon to points issued before it.
    pub with_run_off: bool,
    /// Whether simultaneous intervals separate it from every other program.
    pub is_separated: bool,
    /// Month in which it pays back without discounting; `None`: never, or not within what was simulated.
    pub payback: Option<f64>,
}

/// How many customers there are at the end, for a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<'a> {
    pub program: &'a str,
    pub customers: f64,
    /// In the world without a program, where it was lived.
    pub without: Option<f64>,
    /// Whether more than luck says on which side of that it is.
    pub is_sure: bool,
    /// Whether more than luck sets it apart from every other program.
    pub is_separated: bool,
}

/// The bridge of a program, for a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing<'a> {
    pub program: &'a str,
    pub gains: f64,
    pub losses: f64,
    pub months: u32,
    /// Half width of the 95 % interval of luck of gains less losses.
    pub half: f64,
}

/// Where the points of a program go, for a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate<'a> {
    pub program: &'a str,
    /// Shares of all points of the vintages.
    pub redeemed: f64,
    pub expired: f64,
    pub dormant: f64,
    /// Neither, when the run-off ended.
    pub unresolved: f64,
}

/// What customers are worth with a program against without it, for a title.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread<'a> {
    pub program: &'a str,
    /// Shares of customers worth less and more with the program.
    pub less: f64,
    pub more: f64,
    /// Mean difference, major units.
    pub mean: Option<f64>,
    /// Whether luck could turn its sign.
    pub is_undecided: bool,
    /// Whether the mean is of customers with the friends they bring.
    pub with_friends: bool,
}

/// Everything a language must be able to say.
pub trait Words: StatusWords + FriendWords + CourseWords + Sync {
    fn numerals(&self) -> &'static Numerals;
    /// `month` counted from 0 at the start, for scenarios without a readable start.
    fn month_number(&self, month: i64) -> String;
    /// A month of a calendar, for example `Jan 2027`; `month` from 0.
    fn month_of_year(&self, month: usize, year: i64) -> String;
    /// A name or sentence fragment by code; `None` if the code is unknown.
    fn term(&self, code: &str) -> Option<&'static str>;
    fn finding(&self, finding: &Finding) -> String;

    fn customers_title(&self, kept: &[Kept<'_>], months: u32) -> String;
    fn points_title(&self, points: f64, cost: Option<f64>, currency: &str, months: u32) -> String;
    /// `is_separated`: more than luck sets it apart from every other program.
    fn points_title_several(
        &self,
        most: &str,
        points: f64,
        months: u32,
        is_separated: bool,
    ) -> String;
    fn net_value_title(&self, worth: &[Worth], currency: &str, months: u32) -> String;
    fn bridge_title(&self, crossing: &Crossing<'_>, currency: &str) -> String;
    fn vintages_title(&self, fate: &Fate<'_>) -> String;
    fn value_title(&self, spread: &Spread<'_>, currency: &str) -> String;
    /// Heading of a comparison by the name of what is maximized.
    fn comparison_heading(&self, goal: &str) -> String;
    /// How many intervals hold together, with which confidence.
    fn comparison_note(&self, intervals: u32, confidence: f64) -> String;
    /// Who is best; none for no program.
    fn best(&self, name: Option<&str>) -> String;
    /// Which program is best where no program is better still.
    fn best_of_programs(&self, name: &str) -> String;
    /// Who is best, and how far ahead of the next; none for no program.
    fn best_title(&self, name: Option<&str>, ahead: Option<(String, &str)>) -> String;
    /// Contenders that luck does not separate.
    fn not_separated(&self, names: &[String]) -> String;
    /// A bound on a number, its ends already written as numbers, and who breaks it or may.
    fn constraint(
        &self,
        metric: &str,
        ends: (Option<String>, Option<String>),
        breakers: &[String],
    ) -> String;
    /// A contender that breaks a constraint, or of which luck leaves it open.
    fn breaks(&self, name: &str, number: &str, broken: bool) -> String;
    /// One contender less another.
    fn less(&self, to: &str, from: &str) -> String;
    /// What a difference in net present value is made of.
    fn makeup(&self, makeup: &Makeup) -> String;
    fn ranking_subtitle(&self, goal: &str, leader: &str) -> String;
    /// `amount`: how much more `to` is worth than `from`, major units, and whether luck cannot turn its sign.
    fn comparison_bridge_title(
        &self,
        to: &str,
        from: &str,
        amount: (f64, bool),
        makeup: &Makeup,
        currency: &str,
    ) -> String;
    fn payback_label(&self, month: f64, discounted: bool) -> String;
    /// Programs that a chart does not show, and the file they are in.
    fn left_out(&self, programs: usize, file: &str) -> String;
    /// `simulated` people standing for `opening` customers and `arrivals`.
    fn footnote(&self, scenario: &str, simulated: u64, opening: u64, arrivals: u64) -> String;
    fn grants_and_effects(&self, cost: &str, effects: &str, total: &str) -> String;
    /// First line of a report; the counts are already written as numbers.
    fn heading(
        &self,
        scenario: &str,
        months: u32,
        start: &str,
        simulated: &str,
        opening: &str,
        arrivals: &str,
    ) -> String;
    /// `percent` of the assumed effects must be real; `enough` where the assumed ones are. `interval`: what luck leaves open,
    /// `open_above` where it has no upper end below the largest multiplier.
    fn works_if(
        &self,
        percent: &str,
        interval: Option<(&str, &str)>,
        open_above: bool,
        enough: bool,
    ) -> String;
    /// The lift a program needs beside the one it has.
    /// `misleads`: where the lift is enough and the value is not, or the other way round.
    fn needed_lift(&self, needed: &str, brought: &str, misleads: bool) -> String;
    /// Row of a table: opening customers who left within the first months.
    fn churned_within(&self, months: u32) -> String;
    /// What "PV" means, at a yearly rate already written as a number.
    fn present_value_note(&self, rate: &str) -> String;

    /// The term, or the code itself with its underscores read as blanks: a code added later still reads.
    fn name(&self, code: &str) -> String {
        self.term(code)
            .map_or_else(|| code.replace('_', " "), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Severity;

    #[test]
    fn an_unknown_code_still_reads() {
        let words = Language::English.words();
        let finding = Finding {
            code: "moon_phase".into(),
            severity: Severity::Note,
            subject: "Points".into(),
            numbers: vec![("share".into(), 0.5)],
        };
        assert_eq!(words.finding(&finding), "Points: moon phase (share 0.5)");
    }
}
