//! Friends: totals, generations and months, in long form.

use super::{NUMBER, Table, neutralize, number_cells};
use crate::results::{GenerationRow, Number, ReferralResults, Results, Series, Unit};

/// `referral.csv`, where any program has ambassadors. Section `total`: over the horizon; `generation`: people by
/// generation, without a program as `world_0`; `month`: by month.
pub(super) fn files(results: &Results) -> Vec<(String, Vec<u8>)> {
    let programs = results.programs.iter();
    let with_friends: Vec<(&str, &ReferralResults)> = programs
        .filter_map(|program| Some((program.name.as_str(), program.referral.as_ref()?)))
        .collect();
    if with_friends.is_empty() {
        return Vec::new();
    }
    let mut header = vec!["program", "section", "index", "code"];
    header.extend(NUMBER);
    let mut table = Table::new(&header);
    for (program, referral) in with_friends {
        let mut write = |section: &str, index: String, code: &str, number: &Number| {
            let mut cells = vec![neutralize(program), section.to_owned(), index];
            cells.push(neutralize(code));
            cells.extend(number_cells(number, &results.scenario.currency));
            table.row(cells);
        };
        for (code, number) in totals(referral) {
            write("total", String::new(), code, number);
        }
        for row in &referral.generations {
            for number in generation(row) {
                write(
                    "generation",
                    row.generation.to_string(),
                    "customers",
                    &number,
                );
            }
        }
        for series in &referral.monthly {
            for (month, number) in months(series).enumerate() {
                write("month", month.to_string(), &series.code, &number);
            }
        }
    }
    vec![("referral.csv".to_owned(), table.bytes())]
}

fn totals(referral: &ReferralResults) -> [(&'static str, &Number); 24] {
    let friends = &referral.friends;
    [
        ("ambassadors", &referral.ambassadors),
        ("invitations", &referral.invitations),
        ("conversions", &referral.conversions),
        ("friends_new", &friends.new),
        ("friends_brought_forward", &friends.brought_forward),
        ("friends_would_have_come", &friends.would_have_come),
        ("friends_unprompted", &friends.unprompted),
        ("friends_organic", &friends.organic_world_0),
        ("self_referrals", &referral.self_referrals),
        ("rewarded", &referral.rewarded),
        ("paid_to_ambassadors", &referral.paid_to_ambassadors),
        ("paid_to_friends", &referral.paid_to_friends),
        ("points_to_ambassadors", &referral.points_to_ambassadors),
        ("points_to_friends", &referral.points_to_friends),
        ("fee_per_friend", &referral.fee_per_friend),
        ("fee_per_net_new", &referral.fee_per_net_new),
        ("net_new", &referral.net_new),
        ("k_factor", &referral.k_factor),
        ("organic_r0", &referral.organic_r0),
        ("family_size", &referral.family_size),
        ("family_size_world_0", &referral.family_size_world_0),
        ("value_per_friend", &referral.value_per_friend),
        ("value_per_other", &referral.value_per_other),
        ("value_difference", &referral.value_difference),
    ]
}

/// A count without an error of its own.
fn count(value: f64, unit: Unit, world: &str) -> Number {
    Number {
        value: Some(value),
        standard_error: None,
        interval: None,
        unit,
        base: String::new(),
        world: world.to_owned(),
        window: String::new(),
        note: None,
    }
}

fn generation(row: &GenerationRow) -> [Number; 2] {
    [
        count(row.customers, Unit::Customers, "program"),
        count(row.customers_world_0, Unit::Customers, "world_0"),
    ]
}

fn months(series: &Series) -> impl Iterator<Item = Number> {
    let errors = series.standard_errors.iter().copied().map(Some);
    let errors = errors.chain(std::iter::repeat(None));
    let values = series.values.iter().zip(errors);
    values.map(|(value, standard_error)| Number {
        standard_error,
        ..count(*value, series.unit, &series.world)
    })
}
