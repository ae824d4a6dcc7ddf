//! Programs against each other, in long form.

use super::{Table, neutralize, plain, unit};
use crate::results::{Comparison, Mark, Number, Truth, Unit};

const HEADER: [&str; 12] = [
    "section",
    "from",
    "to",
    "code",
    "unit",
    "value",
    "standard_error",
    "low_95",
    "high_95",
    "simultaneous_low_95",
    "simultaneous_high_95",
    "mark",
];

/// Section `standing`: what is maximized, with the mark; `constraint`: its bounds, and whether they hold; `pair`:
/// differences `to` less `from`, that in what is maximized first; `bridge`: steps from one to the other.
pub(super) fn table(comparison: &Comparison, currency: &str) -> Vec<u8> {
    let mut table = Table::new(&HEADER);
    let mut write = |at: [&str; 4], number: &Number, together: Option<[f64; 2]>, mark: &str| {
        table.row(row(at, number, together, mark, currency));
    };
    let goal = comparison.goal.maximize.as_str();
    for standing in &comparison.standings {
        let at = ["standing", "", &standing.name, goal];
        write(at, &standing.goal, None, mark(standing.mark));
        for bound in &standing.subject_to {
            let at = ["constraint", "", &standing.name, &bound.metric];
            write(at, &bound.number, bound.simultaneous, truth(bound.holds));
        }
    }
    for pair in &comparison.pairs {
        let (from, to) = (pair.from.as_str(), pair.to.as_str());
        write(["pair", from, to, goal], &pair.goal, pair.simultaneous, "");
        for metric in pair.metrics.iter().filter(|m| m.code != goal) {
            write(["pair", from, to, &metric.code], &metric.number, None, "");
        }
        for item in &pair.bridge {
            let number = Number {
                value: Some(item.value),
                standard_error: item.standard_error,
                interval: None,
                unit: Unit::Money,
                ..pair.goal.clone()
            };
            write(["bridge", from, to, &item.code], &number, None, "");
        }
    }
    table.bytes()
}

fn row(
    at: [&str; 4],
    number: &Number,
    together: Option<[f64; 2]>,
    mark: &str,
    currency: &str,
) -> Vec<String> {
    let [low, high] = number.interval.unwrap_or([f64::NAN; 2]);
    let [all_low, all_high] = together.unwrap_or([f64::NAN; 2]);
    let mut cells: Vec<String> = at.into_iter().map(neutralize).collect();
    cells.push(unit(number.unit, currency));
    for value in [number.value, number.standard_error] {
        cells.push(value.map_or_else(String::new, plain));
    }
    cells.extend([low, high, all_low, all_high].map(plain));
    cells.push(mark.to_owned());
    cells
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Best => "best",
        Mark::NotSeparated => "not_separated",
        Mark::Behind => "behind",
        Mark::Excluded => "excluded",
    }
}

fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Open => "open",
    }
}
