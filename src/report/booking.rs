//! The number to book, in full: what a table of methods leaves to be looked up.

use super::methods::method_name;
use crate::results::estimate::{Cell, Method};
use crate::results::valuation::Valuation;

/// What the booked method says. Deferred revenue is the closing amount of table B, which is kept in whole minor units by
/// vintage, where there is one; `±` is one standard error, which deferred revenue has none of.
pub(super) fn text(valuation: &Valuation) -> String {
    let booked = |m: &&Method| m.code == valuation.booked && m.refused.is_none();
    let Some(method) = valuation.methods.iter().find(booked) else {
        return "To book: nothing, the booked method gives no number".to_owned();
    };
    let rule = method
        .errors
        .iter()
        .find(|e| e.rule == valuation.sigma_rule);
    let error = rule.or(method.errors.first()).map(|e| e.total);
    let digits = decimals(valuation);
    let money = |amount: f64| exact(amount, digits);
    let mut parts = Vec::new();
    let deferred = closing(valuation).or(method.deferred_revenue);
    parts.extend(deferred.map(|amount| format!("deferred revenue {}", money(amount))));
    if let Some(amount) = method.cost_provision {
        // Points are worth the same whichever vintage they are of, so that the errors are in proportion.
        let by_point = method.future.filter(|f| *f > 0.0).map(|f| amount / f);
        let error = by_point.zip(error).map_or(String::new(), |(cost, error)| {
            format!(" ± {}", money(cost * error))
        });
        parts.push(format!("cost provision {}{error}", money(amount)));
    }
    if let Some(points) = method.future {
        let error = error.map_or(String::new(), |error| format!(" ± {}", exact(error, 0)));
        let points = exact(points, 0);
        parts.push(format!("{points}{error} points still to be redeemed"));
    }
    let since = match valuation.opening {
        Some(_) => ", of points issued since the start",
        None => "",
    };
    let missing = match (deferred, method.cost_provision) {
        (None, None) => "; for money give --cost-per-point or --price-per-point",
        _ => "",
    };
    let lead = match valuation.checks.iter().all(|check| check.passed) {
        true => "To book",
        false => "Not to be booked, a control check failed",
    };
    let name = method_name(&method.code).to_lowercase();
    let told = parts.join("; ");
    format!("{lead}, by {name}{since}: {told}{missing}")
}

/// Deferred revenue at the end of table B, major units.
fn closing(valuation: &Valuation) -> Option<f64> {
    let table = valuation.tables.iter().find(|table| table.letter == "B")?;
    let at = table
        .columns
        .iter()
        .position(|column| column.code == "closing")?;
    match table.rows.last()?.get(at)? {
        Cell::Number(minor) => {
            Some((0..decimals(valuation)).fold(*minor, |amount, _| amount / 10.0))
        }
        _ => None,
    }
}

/// Decimals of the currency.
fn decimals(valuation: &Valuation) -> usize {
    let mut stated = valuation.assumptions.iter();
    let stated = stated.find(|entry| entry.id == "decimals");
    stated
        .and_then(|entry| entry.value.parse().ok())
        .unwrap_or(2)
}

/// A number with all its digits, grouped by thousands: what is booked is copied from here.
fn exact(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let is_zero = !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn amounts_are_written_in_full() {
        assert_eq!(exact(1_368.91, 2), "1,368.91");
        assert_eq!(exact(12_345_678.5, 2), "12,345,678.50");
        assert_eq!(exact(-999.6, 0), "−1,000");
        assert_eq!(exact(-0.001, 2), "0.00");
        assert_eq!(exact(123.0, 0), "123");
    }
}
