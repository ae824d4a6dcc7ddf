//! Ties of what is printed.

use super::Counter;
use crate::economics::bridge::Bridge;
use crate::economics::effects::EffectSplit;
use crate::results::{Check, ProgramResult};

/// The bridge adds up to the cent, and its labels are the difference of the two worlds up to rounding.
pub(crate) fn bridge_sums(bridge: &Bridge, subject: &str) -> Check {
    let mut counter = Counter::new("bridge_sums", subject);
    counter.holds(bridge.gap() == 0);
    counter.holds(bridge.residual.abs() <= bridge.tolerance);
    counter.done()
}

/// Margin by effect adds up to the cent to the margin of the labels that effects explain, before rounding too.
pub(crate) fn effects_tie(bridge: &Bridge, split: &EffectSplit, subject: &str) -> Check {
    let mut counter = Counter::new("effects_tie", subject);
    counter.holds(split.parts().map(|part| part.value).sum::<i64>() == bridge.of_effects());
    // The labels are rounded, and what their rounding leaves may be with any of them.
    counter.holds(split.residual.abs() <= bridge.tolerance + bridge.residual.abs());
    counter.done()
}

/// Printed points tie: each month opens with what the last one closed with, flows explain the balance, none is
/// negative, and dormant points are outstanding.
pub(crate) fn roll_forward_ties(program: &ProgramResult) -> Check {
    let mut counter = Counter::new("roll_forward_ties", &program.name);
    let rows = &program.points_roll_forward;
    for (row, next) in rows.iter().zip(rows.iter().skip(1)) {
        counter.holds(row.closing == next.opening);
    }
    for row in rows {
        let gained = row.issued_base + row.issued_bonus + row.purchased + row.transferred_in;
        let lost = row.redeemed + row.expired + row.forfeited + row.transferred_out;
        let balance = row.opening + gained + row.reinstated - lost - row.clawed_back;
        counter.holds(row.closing == balance);
        counter.holds(gained >= 0.0 && lost >= 0.0 && row.closing >= row.dormant);
    }
    for v in &program.vintages {
        let points = v.issued_base + v.issued_bonus + v.opening;
        let ended = v.redeemed_to_horizon + v.expired_to_horizon + v.dormant_to_horizon;
        counter.holds(points == ended + v.outstanding_at_horizon);
        let later = v.redeemed_after + v.expired_after + v.dormant_after;
        counter.holds(v.outstanding_at_horizon == later + v.unresolved && v.unresolved >= 0.0);
    }
    counter.done()
}

/// The last month of the discounted value to date is the net present value.
pub(crate) fn net_value_ties(program: &ProgramResult, minor: f64, scale: f64) -> Check {
    let mut counter = Counter::new("net_value_ties", &program.name);
    let last = program
        .monthly
        .iter()
        .find(|s| s.code == "net_value_cumulative_discounted")
        .and_then(|s| s.values.last());
    let npv = program
        .headline
        .iter()
        .find(|n| n.code == "npv")
        .and_then(|n| n.number.value);
    if let (Some(last), Some(npv)) = (last, npv) {
        // One minor unit of rounding, and the noise of sums in double precision.
        counter.holds((last - npv).abs() <= minor + 1e-11 * scale.abs());
    }
    counter.done()
}
