//! What a valuation found amiss, in words.

use super::number::ENGLISH;
use crate::results::estimate::Finding;

/// A finding in words.
pub(super) fn sentence(finding: &Finding) -> String {
    let number = |index: usize| finding.numbers.get(index).copied().unwrap_or(f64::NAN);
    match finding.code.as_str() {
        "cumulative_value_falls" => {
            format!(
                "row {}: the cumulative value falls at age {}",
                number(0),
                number(1)
            )
        }
        "redeemed_more_than_issued" => {
            format!(
                "row {}: more was redeemed than issued; no deferred revenue is computed",
                number(0)
            )
        }
        "row_with_gap" => format!("row {}: a value is missing inside the row", number(0)),
        "row_off_the_diagonal" => format!(
            "row {} ends with age {}, the row before it with {}: a vintage is missing between them, or values of a row are; \
             past periods are told as if neither were so",
            number(0),
            number(1),
            number(2)
        ),
        "too_few_draws" => format!(
            "the bootstrap had {} draws, fewer than {}: its error and its percentiles are not shown",
            number(0),
            number(1)
        ),
        "tail_in_methods" => tail(number(0), number(1) > 0.0),
        "booked_method_refused" => {
            "the method to be booked gives no number: tables that need it are missing".to_owned()
        }
        "stale_estimates_reconciled" => format!(
            "{} times an estimate lay outside what points allow and was brought to the bound",
            number(0)
        ),
        "expected_beyond_outstanding" => format!(
            "of {} vintages the booked method expects {} points more than are outstanding; the amounts are of those outstanding",
            number(0),
            ENGLISH.compact(number(1))
        ),
        "expected_below_redeemed" => format!(
            "of {} vintages the booked method expects {} points of redemptions to come back; the amounts are of no more to come",
            number(0),
            ENGLISH.compact(number(1))
        ),
        "nothing_known_yet" => {
            "no month end had data enough for the booked method: there is no liability over time"
                .to_owned()
        }
        _ => doubt(finding).unwrap_or_else(|| of_ledger(finding)),
    }
}

/// Which methods a tail is in.
fn tail(factor: f64, prior_takes_its_place: bool) -> String {
    let (more, less) = match prior_takes_its_place {
        true => (
            "",
            ", nor in additive rates, whose prior pattern says itself what comes after the last age",
        ),
        false => (", additive rates", ""),
    };
    format!(
        "the tail factor of {factor} is in chain ladder, Bornhuetter-Ferguson, Cape Cod, competing risks{more}; it is not in \
         matured vintages and over-dispersed Poisson with its bootstrap{less}; its error is in that of chain ladder only"
    )
}

/// A finding of a ledger in words; its code where it is of nothing known.
fn of_ledger(finding: &Finding) -> String {
    let number = |index: usize| finding.numbers.get(index).copied().unwrap_or(f64::NAN);
    match finding.code.as_str() {
        "rows_malformed" => format!(
            "{} rows of the ledger are malformed and not counted",
            number(0)
        ),
        "redeemed_without_points" => {
            format!("{} points were redeemed without a balance", number(0))
        }
        "ended_without_points" => format!("{} points ended without being there", number(0)),
        "taken_from_another_lot_than_named" => {
            format!(
                "{} points were not in the lot their row names and were taken by the rule",
                number(0)
            )
        }
        "rows_after_the_valuation" => format!(
            "{} rows are later than the valuation and left out",
            number(0)
        ),
        "silent_before_the_valuation" => format!(
            "the last row is {} days before the valuation: months without rows count as months without redemptions, and \
             lower what is expected; is the day right, and is the ledger complete?",
            number(0)
        ),
        "valuation_inside_a_month" => format!(
            "the valuation is on day {} of a month of {}: the days so far count as a whole month for every vintage, and lower \
             what is expected; value at a month end (--as-of)",
            number(0),
            number(1)
        ),
        "points_owed" => format!(
            "{} points are owed by members (negative balances)",
            number(0)
        ),
        "transfers_do_not_balance" => format!("transfers do not sum to zero: {}", number(0)),
        "lots_past_their_end" => {
            format!(
                "{} points are outstanding although the stated policy has ended them",
                number(0)
            )
        }
        "reinstated_after_grace" => format!(
            "{} points were brought back outside the days of grace; they are counted as their rows say",
            number(0)
        ),
        "balance_differs" => format!(
            "the ledger's balance differs from the stated one by {} (tolerance {})",
            number(0),
            number(1)
        ),
        "balance_agrees" => format!(
            "the ledger's balance agrees with the stated one to {}",
            number(0)
        ),
        "difference_explained" => format!("of the difference, {} points are explained", number(0)),
        code => code.replace('_', " "),
    }
}

/// A doubt in words; none for another finding.
fn doubt(finding: &Finding) -> Option<String> {
    let number = |index: usize| finding.numbers.get(index).copied().unwrap_or(f64::NAN);
    Some(match finding.code.as_str() {
        "group_without_estimate" => "the booked method gives no number for it".to_owned(),
        "group_of_few_redemptions" => {
            format!("{} redemptions, fewer than {}", number(0), number(1))
        }
        "group_with_wide_error" => format!(
            "a standard error of {} on {} future points, more than {}",
            ENGLISH.compact(number(0)),
            ENGLISH.compact(number(1)),
            ENGLISH.percent(number(2))
        ),
        "group_beyond_its_bounds" => format!(
            "the booked method expects {} points less than were redeemed, or more than were issued, of {} future points",
            ENGLISH.compact(number(0)),
            ENGLISH.compact(number(1))
        ),
        _ => return None,
    })
}

/// A name from a file, as it can be shown: without control characters, at most 80 characters.
pub(super) fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
