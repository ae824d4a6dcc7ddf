//! Status: members by rank and month, moves within years, rates by rank and what the program did for whom status moved.

use super::{NUMBER, Table, calendar, neutralize, number_cells, plain};
use crate::results::{Number, ProgramResult, Results, TierResults};

/// `tiers.csv`, `tier_migration.csv` and `tier_rates.csv`, where any program has tiers.
pub(super) fn files(results: &Results) -> Vec<(String, Vec<u8>)> {
    let with_tiers = |program: &'_ ProgramResult| program.tiers.is_some();
    if !results.programs.iter().any(with_tiers) {
        return Vec::new();
    }
    vec![
        ("tiers.csv".to_owned(), members(results)),
        ("tier_migration.csv".to_owned(), migration(results)),
        ("tier_rates.csv".to_owned(), rates(results)),
    ]
}

fn each(results: &Results) -> impl Iterator<Item = (&ProgramResult, &TierResults)> {
    let programs = results.programs.iter();
    programs.filter_map(|program| Some((program, program.tiers.as_ref()?)))
}

/// Rank and name of the tier; without a tier the name is empty, outside the rank is.
fn place(tiers: &TierResults, rank: usize) -> [String; 2] {
    match rank.checked_sub(1) {
        _ if rank > tiers.names.len() => [String::new(), "outside".to_owned()],
        None => ["0".to_owned(), String::new()],
        Some(tier) => {
            let name = tiers.names.get(tier).map_or("", String::as_str);
            [rank.to_string(), neutralize(name)]
        }
    }
}

fn members(results: &Results) -> Vec<u8> {
    let mut table = Table::new(&[
        "program",
        "month",
        "calendar_month",
        "rank",
        "tier",
        "members_customers",
        "standard_error_customers",
    ]);
    for (program, tiers) in each(results) {
        for (rank, row) in tiers.ranks.iter().enumerate() {
            let errors = row.members.standard_errors.iter().copied();
            let errors = errors.chain(std::iter::repeat(f64::NAN));
            for (month, (value, error)) in (0_i64..).zip(row.members.values.iter().zip(errors)) {
                let mut cells = vec![
                    neutralize(&program.name),
                    month.to_string(),
                    calendar(&results.scenario.start, month),
                ];
                cells.extend(place(tiers, rank));
                cells.extend([*value, error].map(plain));
                table.row(cells);
            }
        }
    }
    table.bytes()
}

/// Year `all`: the sum over the whole years.
fn migration(results: &Results) -> Vec<u8> {
    let mut table = Table::new(&[
        "program",
        "year",
        "months",
        "from_rank",
        "from_tier",
        "to_rank",
        "to_tier",
        "customers",
    ]);
    for (program, tiers) in each(results) {
        let name = neutralize(&program.name);
        let years = tiers.migration.iter();
        let years = years.map(|y| (y.year.to_string(), y.months.to_string(), &y.moves));
        let total = ("all".to_owned(), String::new(), &tiers.migration_total);
        for (year, months, moves) in years.chain([total]) {
            for (from, row) in moves.iter().enumerate() {
                for (to, customers) in row.iter().enumerate() {
                    let mut cells = vec![name.clone(), year.clone(), months.clone()];
                    cells.extend(place(tiers, from));
                    cells.extend(place(tiers, to));
                    cells.push(plain(*customers));
                    table.row(cells);
                }
            }
        }
    }
    table.bytes()
}

/// Section `rank`: one rank; `group`: members by what status did to them.
fn rates(results: &Results) -> Vec<u8> {
    let mut header = vec!["program", "section", "group", "rank", "tier", "code"];
    header.extend(NUMBER);
    let mut table = Table::new(&header);
    for (program, tiers) in each(results) {
        let mut write = |section: &str, group: &str, rank: [String; 2], code: &str, n: &Number| {
            let mut cells = vec![
                neutralize(&program.name),
                section.to_owned(),
                neutralize(group),
            ];
            cells.extend(rank);
            cells.push(code.to_owned());
            cells.extend(number_cells(n, &results.scenario.currency));
            table.row(cells);
        };
        for (rank, row) in tiers.ranks.iter().enumerate() {
            for (code, number) in [
                ("member_months", &row.member_months),
                ("visits", &row.visits),
                ("benefit_cost", &row.benefit_cost),
                ("cost_per_member_year", &row.cost_per_member_year),
                ("promotion_rate", &row.promotion_rate),
                ("demotion_rate", &row.demotion_rate),
                ("requalification_rate", &row.requalification_rate),
                ("share_at_or_above", &row.share_at_or_above),
            ] {
                write("rank", "", place(tiers, rank), code, number);
            }
        }
        for effect in &tiers.effects {
            for (code, number) in [
                ("customers", &effect.customers),
                ("incremental_margin", &effect.incremental_margin),
                ("naive_difference", &effect.naive_difference),
            ] {
                write("group", &effect.code, Default::default(), code, number);
            }
        }
    }
    table.bytes()
}
