//! Tables for spreadsheets. UTF-8, comma, point as decimal mark, one header row; units in the column `unit` or in the
//! header. Text that a spreadsheet would run as a formula is neutralized.

mod comparison;
mod referral;
mod tiers;
pub mod valuation;

use crate::results::{Number, ProgramResult, Results, Series, Unit};

/// File names and contents: `monthly.csv`, `vintages.csv`, `rewards.csv`, `deciles.csv`; `comparison.csv` where programs
/// were compared; `tiers.csv`, `tier_migration.csv` and `tier_rates.csv` where one has tiers; `referral.csv` where one has
/// ambassadors. A table without rows keeps its header.
pub fn files(results: &Results) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("monthly.csv".to_owned(), monthly(results)),
        ("vintages.csv".to_owned(), vintages(results)),
        ("rewards.csv".to_owned(), rewards(results)),
        ("deciles.csv".to_owned(), deciles(results)),
    ];
    if let Some(compared) = &results.comparison {
        let table = comparison::table(compared, &results.scenario.currency);
        files.push(("comparison.csv".to_owned(), table));
    }
    files.extend(tiers::files(results));
    files.extend(referral::files(results));
    files
}

/// Text a spreadsheet will show and not run: what starts like a formula gets an apostrophe before it (OWASP, "CSV
/// Injection"); control characters become blanks.
pub fn neutralize(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let starts = clean
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if starts || text.starts_with(['\t', '\r', '\n']) {
        format!("'{clean}")
    } else {
        clean
    }
}

/// A number in full, never in a form a spreadsheet could take for text; empty if it is not a number.
fn plain(value: f64) -> String {
    if value.is_finite() {
        format!("{}", value + 0.0)
    } else {
        String::new()
    }
}

struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    fn new(header: &[&str]) -> Self {
        // Flexible: a row of another length is a defect the tests find, not a reason to write nothing.
        let writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        let mut table = Self { writer };
        table.row(header.iter().map(|h| (*h).to_owned()));
        table
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.writer
            .write_record(cells)
            .expect("a vector takes all bytes, and rows may have any length");
    }

    fn bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect("a vector takes all bytes")
    }
}

fn unit(unit: Unit, currency: &str) -> String {
    match unit {
        Unit::Money => neutralize(currency),
        Unit::Points => "points".to_owned(),
        Unit::Customers => "customers".to_owned(),
        Unit::Count => "count".to_owned(),
        Unit::Months => "months".to_owned(),
        Unit::Share => "share".to_owned(),
        Unit::Ratio => "ratio".to_owned(),
    }
}

/// Columns of a number, see [`number_cells`].
const NUMBER: [&str; 9] = [
    "unit",
    "base",
    "world",
    "window",
    "value",
    "standard_error",
    "low_95",
    "high_95",
    "note",
];

/// A number with everything that is needed to read it.
fn number_cells(number: &Number, currency: &str) -> [String; 9] {
    let [low, high] = number.interval.unwrap_or([f64::NAN; 2]);
    let maybe = |value: Option<f64>| value.map_or_else(String::new, plain);
    [
        unit(number.unit, currency),
        neutralize(&number.base),
        neutralize(&number.world),
        neutralize(&number.window),
        maybe(number.value),
        maybe(number.standard_error),
        plain(low),
        plain(high),
        number.note.as_deref().map_or_else(String::new, neutralize),
    ]
}

/// The calendar month of month `month` of the scenario, `YYYY-MM`; empty if the start cannot be read.
fn calendar(start: &str, month: i64) -> String {
    let parsed = start
        .split_once('-')
        .and_then(|(y, m)| Some((y.parse::<i64>().ok()?, m.parse::<i64>().ok()?)));
    let Some((year, first)) =
        parsed.filter(|(y, m)| (0..=9999).contains(y) && (1..=12).contains(m))
    else {
        return String::new();
    };
    let months = year * 12 + first - 1 + month;
    format!(
        "{:04}-{:02}",
        months.div_euclid(12),
        months.rem_euclid(12) + 1
    )
}

/// Long form: one row per series and month. A world's own series have no program line beside them: the column
/// `section` says which list of the results a series is from.
fn monthly(results: &Results) -> Vec<u8> {
    let header = [
        "month",
        "calendar_month",
        "world",
        "section",
        "series",
        "unit",
        "value",
        "standard_error",
    ];
    let mut table = Table::new(&header);
    let mut write = |world: &str, section: &str, all: &[Series]| {
        for series in all {
            for (month, value) in (0_i64..).zip(&series.values) {
                let error = usize::try_from(month)
                    .ok()
                    .and_then(|m| series.standard_errors.get(m));
                table.row([
                    month.to_string(),
                    calendar(&results.scenario.start, month),
                    neutralize(world),
                    section.to_owned(),
                    neutralize(&series.code),
                    unit(series.unit, &results.scenario.currency),
                    plain(*value),
                    error.map_or_else(String::new, |e| plain(*e)),
                ]);
            }
        }
    };
    for world in &results.worlds {
        write(&world.name, "world", &world.monthly);
        write(&world.name, "profit_and_loss", &world.profit_and_loss);
    }
    for program in &results.programs {
        write(&program.name, "program", &program.monthly);
    }
    for pair in results.comparison.iter().flat_map(|c| &c.pairs) {
        let world = format!("{} - {}", pair.to, pair.from);
        write(&world, "comparison", &pair.monthly);
    }
    table.bytes()
}

fn vintages(results: &Results) -> Vec<u8> {
    let cost = format!("cost_{}", header_word(&results.scenario.currency));
    let header = [
        "program",
        "month",
        "calendar_month",
        "issued_base_points",
        "issued_bonus_points",
        "opening_points",
        "redeemed_to_horizon_points",
        "expired_to_horizon_points",
        "dormant_to_horizon_points",
        "outstanding_at_horizon_points",
        "redeemed_after_points",
        "expired_after_points",
        "dormant_after_points",
        "unresolved_points",
        "urr_low_share",
        "urr_high_share",
        &cost,
    ];
    let mut table = Table::new(&header);
    for_each(results, |program| {
        for row in &program.vintages {
            let numbers = [
                row.issued_base,
                row.issued_bonus,
                row.opening,
                row.redeemed_to_horizon,
                row.expired_to_horizon,
                row.dormant_to_horizon,
                row.outstanding_at_horizon,
                row.redeemed_after,
                row.expired_after,
                row.dormant_after,
                row.unresolved,
                row.urr[0],
                row.urr[1],
                row.cost,
            ];
            let month = i64::from(row.month);
            let names = [
                neutralize(&program.name),
                month.to_string(),
                calendar(&results.scenario.start, month),
            ];
            table.row(names.into_iter().chain(numbers.into_iter().map(plain)));
        }
    });
    table.bytes()
}

fn rewards(results: &Results) -> Vec<u8> {
    let currency = header_word(&results.scenario.currency);
    let (cost, displaced) = (format!("cost_{currency}"), format!("displaced_{currency}"));
    let mut table = Table::new(&[
        "program",
        "reward",
        "kind",
        "window",
        "redemptions",
        "points",
        &cost,
        &displaced,
    ]);
    let scenario = &results.scenario;
    let mut window = format!("months 0-{}", scenario.horizon_months.saturating_sub(1));
    if scenario.run_off_years > 0 {
        window += " and run-off";
    }
    for_each(results, |program| {
        for row in &program.rewards {
            let names = [
                neutralize(&program.name),
                neutralize(&row.name),
                neutralize(&row.kind),
                window.clone(),
            ];
            let numbers = [row.redemptions, row.points, row.cost, row.displaced];
            table.row(names.into_iter().chain(numbers.into_iter().map(plain)));
        }
    });
    table.bytes()
}

fn deciles(results: &Results) -> Vec<u8> {
    let currency = header_word(&results.scenario.currency);
    let money = ["value_world_0", "value_difference", "sales", "reward_cost"]
        .map(|n| format!("{n}_{currency}"));
    let [value, difference, sales, cost] = &money;
    let header = [
        "program",
        "decile",
        "customers",
        value,
        difference,
        sales,
        "issued_points",
        "redeemed_points",
        cost,
    ];
    let mut table = Table::new(&header);
    for_each(results, |program| {
        for row in &program.deciles {
            let numbers = [
                row.customers,
                row.value_world_0,
                row.value_difference,
                row.sales,
                row.points_issued,
                row.points_redeemed,
                row.reward_cost,
            ];
            let names = [neutralize(&program.name), row.decile.to_string()];
            table.row(names.into_iter().chain(numbers.into_iter().map(plain)));
        }
    });
    table.bytes()
}

fn for_each(results: &Results, write: impl FnMut(&ProgramResult)) {
    results.programs.iter().for_each(write);
}

/// A currency as part of a column name: letters and digits only.
fn header_word(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture;

    fn file(results: &Results, name: &str) -> String {
        let (_, bytes) = files(results).into_iter().find(|(n, _)| n == name).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn formulas_are_neutralized() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1",
        ] {
            assert!(neutralize(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!(neutralize("Points, 5 €"), "Points, 5 €");
        assert_eq!(neutralize("a\u{1b}[31m"), "a [31m");
        assert_eq!(neutralize(""), "");
        for (name, _) in files(&fixture::hostile_names()) {
            let text = file(&fixture::hostile_names(), &name);
            assert!(text.contains("'=HYPERLINK"), "{name}");
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            for record in reader.records() {
                for cell in &record.unwrap() {
                    let is_number = cell.parse::<f64>().is_ok();
                    assert!(
                        is_number || !cell.starts_with(['=', '+', '-', '@', '\t']),
                        "{name}: {cell}"
                    );
                }
            }
        }
    }

    #[test]
    fn months_have_calendar_names() {
        assert_eq!(calendar("2027-01", 0), "2027-01");
        assert_eq!(calendar("2027-11", 14), "2029-01");
        assert_eq!(calendar("2027-01", -1), "2026-12");
        assert_eq!(calendar("soon", 3), "");
    }

    #[test]
    fn numbers_are_plain() {
        assert_eq!(plain(1e12), "1000000000000");
        assert_eq!(plain(0.1), "0.1");
        assert_eq!(plain(-0.0), "0");
        assert_eq!(plain(f64::NAN), "");
    }

    #[test]
    fn every_number_is_there() {
        let results = fixture::three_programs();
        let lists = results
            .worlds
            .iter()
            .flat_map(|w| w.monthly.iter().chain(&w.profit_and_loss));
        let all = lists.chain(results.programs.iter().flat_map(|p| &p.monthly));
        let compared = results.comparison.as_ref().unwrap();
        let all = all.chain(compared.pairs.iter().flat_map(|p| &p.monthly));
        let numbers: usize = all.map(|s| s.values.len()).sum();
        let pairs = compared.pairs.iter();
        let rows = pairs.map(|p| 1 + p.bridge.len() + p.metrics.iter().skip(1).count());
        assert_eq!(
            file(&results, "comparison.csv").lines().count(),
            1 + compared.standings.len() + rows.sum::<usize>()
        );
        assert_eq!(file(&results, "monthly.csv").lines().count(), 1 + numbers);
        assert_eq!(file(&results, "vintages.csv").lines().count(), 1 + 3 * 60);
        assert!(!files(&results).iter().any(|(name, _)| name == "tiers.csv"));
        let kinds = fixture::three_kinds();
        // Three tiers and none: four ranks, and outside in moves of five years and of all.
        assert_eq!(file(&kinds, "tiers.csv").lines().count(), 1 + 4 * 60);
        let moves = file(&kinds, "tier_migration.csv");
        assert_eq!(moves.lines().count(), 1 + 6 * 5 * 5);
        assert_eq!(
            file(&kinds, "tier_rates.csv").lines().count(),
            1 + 4 * 8 + 3 * 3
        );
        let friends = file(&kinds, "referral.csv");
        assert_eq!(friends.lines().count(), 1 + 24 + 2 * 4 + 4 * 60);
    }

    #[test]
    fn names_of_tiers_are_neutralized_like_all_others() {
        let results = fixture::eight_tiers();
        for name in ["tiers.csv", "tier_migration.csv", "tier_rates.csv"] {
            let text = file(&results, name);
            assert!(text.contains(",'=Titanium(1)"), "{name}");
            assert!(!text.contains('\u{1b}'), "{name}");
        }
    }

    #[test]
    fn tables_look_as_before() {
        let results = fixture::one_month();
        let all: Vec<String> = files(&results)
            .into_iter()
            .map(|(name, bytes)| format!("{name}\n{}", String::from_utf8(bytes).unwrap()))
            .collect();
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn tables_of_status_and_friends_look_as_before() {
        let results = fixture::three_kinds();
        let first: Vec<String> = [
            "tiers.csv",
            "tier_migration.csv",
            "tier_rates.csv",
            "referral.csv",
        ]
        .map(|name| {
            let text = file(&results, name);
            let lines: Vec<&str> = text.lines().take(48).collect();
            format!("{name}\n{}\n", lines.join("\n"))
        })
        .to_vec();
        insta::assert_snapshot!(first.join("\n"));
    }
}
