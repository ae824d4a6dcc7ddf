//! Status on a terminal: a table by tier, and what the program did for those whom status moved.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{RULES, clean, in_words, short, wrap_into};
use crate::report::words::Words;
use crate::results::{ProgramResult, RankResult, Results, TierResults};

/// Longest name of a tier.
const NAME: usize = 20;

/// The section, empty for a program without tiers.
pub(super) fn status(
    program: &ProgramResult,
    results: &Results,
    width: usize,
    words: &dyn Words,
) -> String {
    let Some(tiers) = &program.tiers else {
        return String::new();
    };
    let currency = clean(&results.scenario.currency);
    let mut text = table(tiers, &currency, width, words) + "\n";
    wrap_into(
        &mut text,
        &format!("  {}", words.name("tier_note")),
        "  ",
        width,
    );
    for effect in &tiers.effects {
        let paired = in_words(&effect.incremental_margin, words);
        let naive = in_words(&effect.naive_difference, words);
        let count = effect.customers.value.unwrap_or(f64::NAN);
        let count = words.numerals().compact(count);
        let told = words.status_effect(
            &format!("{paired} {currency}"),
            &count,
            &format!("{naive} {currency}"),
        );
        let line = format!("  {:<34} {told}", words.name(&effect.code));
        wrap_into(&mut text, &line, &" ".repeat(37), width);
    }
    text
}

fn table(tiers: &TierResults, currency: &str, width: usize, words: &dyn Words) -> String {
    let mut table = Table::new();
    table.load_style(RULES);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width.clamp(40, 1000)).unwrap_or(100));
    let cost = format!("{}, {currency}", words.name("cost_per_member_year"));
    let mut header = vec![String::new(), words.name("tier_share"), cost];
    let rates = ["promotion_rate", "demotion_rate", "requalification_rate"];
    header.extend(rates.map(|code| words.name(code)));
    table.set_header(header);
    let last = |rank: &RankResult| rank.members.values.last().copied().unwrap_or(f64::NAN);
    let all: f64 = tiers.ranks.iter().map(last).filter(|v| v.is_finite()).sum();
    let numerals = words.numerals();
    for (index, rank) in tiers.ranks.iter().enumerate() {
        let name = match index.checked_sub(1).map(|tier| tiers.names.get(tier)) {
            None => words.name("no_tier"),
            Some(Some(name)) => short(name, NAME),
            Some(None) => index.to_string(),
        };
        let members = match all > 0.0 {
            true => numerals.percent(last(rank) / all),
            false => numerals.absent.to_owned(),
        };
        let mut row = vec![name, members];
        let numbers = [
            &rank.cost_per_member_year,
            &rank.promotion_rate,
            &rank.demotion_rate,
            &rank.requalification_rate,
        ];
        // What nobody did, or cannot be done, is a dash and not a word in every cell.
        row.extend(numbers.map(|number| numerals.number(number)));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
