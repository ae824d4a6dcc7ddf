//! From one program's net present value to another's, step by step: what their effects are worth, what they give away, what
//! they cost to run.

use super::contender::{Contender, Field};
use crate::economics::bridge::{LABELS, gain};
use crate::economics::lines::Line;
use crate::economics::npv::setup_discount;
use crate::economics::scale::Sample;
use crate::results::BridgeItem;

/// The steps, and how far they are from the difference before rounding.
pub(crate) struct Steps {
    pub items: Vec<BridgeItem>,
    /// Opening pillar and steps less the closing pillar, minor units: 0.
    pub gap: i64,
    /// Difference in net present value less the sum of the steps before rounding, minor units.
    pub residual: f64,
    /// Largest difference that rounding explains.
    pub tolerance: f64,
}

/// From `from` to `to`, whose net present values are the pillars; `difference` is theirs, minor units.
pub(super) fn steps(
    from: &Contender,
    to: &Contender,
    field: &Field,
    [first, last]: [&Sample; 2],
    difference: &Sample,
) -> Steps {
    let mut parts: Vec<(&str, Sample)> = parts(to, field)
        .into_iter()
        .zip(parts(from, field))
        .map(|((code, to), (_, from))| (code, to.minus(&from)))
        .collect();
    if from.shares_book(to) {
        let rewards = |c: &Contender| c.opening_rewards(field);
        parts.push(("opening_rewards", rewards(from).minus(&rewards(to))));
    }
    // A market that serves everybody for nothing has no such step.
    parts.retain(|(code, sample)| *code != Line::CostToServe.code() || sample.total != 0.0);
    let whole = difference.total as i64;
    let exact: f64 = parts.iter().map(|(_, s)| s.total).sum();
    let mut values: Vec<i64> = parts
        .iter()
        .map(|(_, s)| libm::round(s.total) as i64)
        .collect();
    let rest = whole - values.iter().sum::<i64>();
    if let Some(largest) = values.iter_mut().max_by_key(|v| v.abs()) {
        *largest += rest;
    }
    let major = field.writer.major;
    let item = |code: &str, pillar: bool, value: i64, sample: &Sample| BridgeItem {
        code: code.into(),
        pillar,
        value: value as f64 / major,
        standard_error: sample.standard_error().map(|e| e / major),
    };
    let mut items = vec![item("from_npv", true, first.total as i64, first)];
    for ((code, sample), value) in parts.iter().zip(&values) {
        items.push(item(code, false, *value, sample));
    }
    items.push(item("to_npv", true, last.total as i64, last));
    let sales = from.cash.present(&[Line::Sales], from.cash.rows(), |_| 1.0);
    Steps {
        items,
        gap: first.total as i64 + values.iter().sum::<i64>() - last.total as i64,
        residual: difference.total - exact,
        // Half a minor unit for each rounded margin, cost and book, and the noise of sums in double precision.
        tolerance: 4.0 + 1e-11 * sales.total.abs(),
    }
}

/// Present values of one program's steps from world 0, whether that was lived or not: labels tell.
fn parts(contender: &Contender, field: &Field) -> Vec<(&'static str, Sample)> {
    let (market, valuation) = (field.writer.market, field.valuation);
    let discount = |row: usize| valuation.discount[row];
    let mut parts: Vec<(&str, Sample)> = LABELS
        .iter()
        .map(|label| {
            let sample = market.sample(|s, b| {
                let at = |row: usize| {
                    discount(row) * gain(market, (contender.world, s, b), row..row + 1, label)
                };
                valuation.margin_of(market.segment(s)) * (0..valuation.months).map(at).sum::<f64>()
            });
            (label.0, sample)
        })
        .collect();
    let cash = |lines: &[Line]| {
        contender
            .cash
            .present(lines, contender.cash.rows(), discount)
    };
    let layout = &market.tally.layout;
    for (code, lines) in [
        ("arrival_costs", &[Line::ArrivalCosts] as &[Line]),
        ("cost_to_serve", &[Line::CostToServe]),
        ("displacement", &[Line::Displacement]),
        ("discounts", &[Line::Discounts]),
        ("reward_goods", &[Line::RewardGoods]),
        ("reward_partners", &[Line::RewardPartners]),
        ("referral_rewards", &[Line::ReferralRewards]),
        ("benefits", &[Line::Benefits]),
        ("running_costs", &Line::RUNNING_WITHOUT_BENEFITS),
    ] {
        let is_used = match code {
            "referral_rewards" => layout.friends,
            "benefits" => layout.ranks > 0,
            _ => true,
        };
        if !is_used {
            continue;
        }
        parts.push((code, cash(lines)));
    }
    let setup = contender.subject.map_or(0.0, |s| {
        s.program.cost.setup as f64 * setup_discount(s.program, valuation)
    });
    parts.push(("setup", Sample::constant(-setup, market.batches)));
    parts
}
