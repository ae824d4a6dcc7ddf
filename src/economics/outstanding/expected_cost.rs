//! Expected cost of what is outstanding: each vintage's points × its own ultimate redemption rate × its own cost.
//!
//! Because the run-off is lived, that product is counted: what the vintages issued so far cost from the next month on.
//! Undiscounted, at the prices of the time of redemption; points unresolved at the end of the run-off cost nothing.
//! Handling and displacement are not in it.

use crate::economics::lines::{Cash, Line};
use crate::economics::profit_and_loss::valuation_price;
use crate::economics::scale::{Market, Sample};
use crate::economics::weights::Valuation;

/// Reward cost of one vintage (opening ones first) over some rows, minor units.
pub(crate) fn vintage_reward_cost(
    market: &Market,
    valuation: &Valuation,
    (world, program): (usize, usize),
    vintage: usize,
    rows: std::ops::Range<usize>,
) -> f64 {
    market.total(|stratum| {
        let mut sum = 0.0;
        for row in rows.clone() {
            let cells = market.tally.vintages.slice(&[world, stratum, vintage, row]);
            for line in Line::GRANTS {
                if let Some((_, column, _)) = line.reward() {
                    sum += cells[column as usize] as f64
                        * valuation_price(valuation, line, program, row);
                }
            }
        }
        sum
    })
}

/// At each month end, of all points then outstanding, opening lots included, minor units.
pub(crate) fn expected_cost_by_month(
    market: &Market,
    valuation: &Valuation,
    (world, program): (usize, usize),
) -> Vec<f64> {
    let layout = &market.tally.layout;
    let mut expected = vec![0.0; layout.months];
    for vintage in 0..layout.vintages() {
        let issued = vintage.saturating_sub(layout.opening_vintages);
        let cost = |rows| vintage_reward_cost(market, valuation, (world, program), vintage, rows);
        // Backwards: what is redeemed after month m.
        let mut later = cost(layout.months..layout.rows());
        for month in (issued..layout.months).rev() {
            expected[month] += later;
            later += cost(month..month + 1);
        }
    }
    expected
}

/// At the horizon, of the points issued within it, with errors between batches, minor units.
pub(crate) fn expected_cost_end(cash: &Cash) -> Sample {
    cash.run_off(&Line::GRANTS).times(-1.0)
}
