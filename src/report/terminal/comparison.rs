//! Programs against each other on a terminal: who is best, then each pair with what its difference is made of.

use super::{clean, short, wrap_into};
use crate::report::verdict::{Verdict, makeup, verdict};
use crate::report::words::Words;
use crate::results::{
    Comparison, ConstraintRow, Number, PairResult, Results, Standing, Truth, Unit,
};

/// Longest name in the label of a pair.
const NAME: usize = 24;

/// The section, empty where nothing is compared.
pub(super) fn comparison(results: &Results, width: usize, words: &dyn Words) -> String {
    let Some(comparison) = &results.comparison else {
        return String::new();
    };
    let mut text = String::from("\n");
    let goal = words.name(&comparison.goal.maximize);
    wrap_into(&mut text, &words.comparison_heading(&goal), "", width);
    let line = format!("  {}", told(comparison, words));
    wrap_into(&mut text, &line, "  ", width);
    if let Verdict::Best(best) = verdict(comparison)
        && best.program.is_none()
        && let Some(program) = comparison
            .best_program
            .and_then(|p| results.programs.get(p))
    {
        let line = format!("  {}", words.best_of_programs(&clean(&program.name)));
        wrap_into(&mut text, &line, "  ", width);
    }
    for (place, bound) in comparison.goal.subject_to.iter().enumerate() {
        let line = format!(
            "  {}",
            constraint(comparison, results, (place, bound), words)
        );
        wrap_into(&mut text, &line, "    ", width);
    }
    let programs = comparison.pairs.iter().filter(|p| p.from_program.is_some());
    for pair in programs {
        let label = words.less(&short(&pair.to, NAME), &short(&pair.from, NAME));
        let line = format!("  {label:<34} {}", amount(pair, results, words));
        wrap_into(&mut text, &line, &" ".repeat(37), width);
    }
    let note = words.comparison_note(comparison.intervals, comparison.confidence);
    wrap_into(&mut text, &format!("  {note}"), "  ", width);
    text
}

/// A constraint, and every program that breaks it or may do so: whom it excludes is not to vanish without a word.
fn constraint(
    comparison: &Comparison,
    results: &Results,
    (place, bound): (usize, &ConstraintRow),
    words: &dyn Words,
) -> String {
    let amount = |number: &Number| {
        let unit = match number.unit {
            Unit::Money => format!(" {}", clean(&results.scenario.currency)),
            _ => String::new(),
        };
        format!("{}{unit}", super::in_words(number, words))
    };
    let numerals = words.numerals();
    let ends = [bound.at_least, bound.at_most].map(|end| end.map(|end| numerals.compact(end)));
    let mut told: Vec<String> = Vec::new();
    for standing in &comparison.standings {
        let Some(found) = standing.subject_to.get(place) else {
            continue;
        };
        if found.holds != Truth::Yes {
            let broken = found.holds == Truth::No;
            let number = amount(&found.number);
            told.push(words.breaks(&clean(&standing.name), &number, broken));
        }
    }
    let [low, high] = ends;
    words.constraint(&words.name(&bound.metric), (low, high), &told)
}

/// Who is best.
fn told(comparison: &Comparison, words: &dyn Words) -> String {
    let name = |s: &Standing| match s.program {
        Some(_) => clean(&s.name),
        None => words.name("world_0"),
    };
    match verdict(comparison) {
        Verdict::Best(standing) => words.best(standing.program.map(|_| name(standing)).as_deref()),
        Verdict::Open(standings) => {
            let names: Vec<String> = standings.into_iter().map(name).collect();
            words.not_separated(&names)
        }
        Verdict::Nobody => words.name("nobody_feasible"),
    }
}

/// Difference, simultaneous interval, and its parts where it is one of money to come.
fn amount(pair: &PairResult, results: &Results, words: &dyn Words) -> String {
    let numerals = words.numerals();
    let unit = match pair.goal.unit {
        Unit::Money => format!(" {}", clean(&results.scenario.currency)),
        _ => String::new(),
    };
    let mut text = format!("{}{unit}", super::in_words(&pair.goal, words));
    if let Some([low, high]) = pair.simultaneous {
        text += &format!(
            " (95 %: {} … {})",
            numerals.signed(low),
            numerals.signed(high)
        );
    }
    let is_value = results
        .comparison
        .as_ref()
        .is_some_and(|c| c.goal.maximize == "npv");
    if is_value && !pair.bridge.is_empty() {
        text += &format!(": {}", words.makeup(&makeup(&pair.bridge)));
    }
    text
}
