//! What a comparison of programs comes to, for titles and tables: who is best, who leads, and what a difference is made of.

use super::lookup::number;
use crate::results::{BridgeItem, Comparison, Mark, Number, PairResult, Standing};

/// Who is best, as far as the intervals tell. Names as the results hold them (`world_0` for no program).
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<'a> {
    /// Separated from every other contender.
    Best(&'a Standing),
    /// Nobody is: those of whom nobody is surely better.
    Open(Vec<&'a Standing>),
    /// No contender keeps the constraints.
    Nobody,
}

/// The verdict of a comparison.
pub fn verdict(comparison: &Comparison) -> Verdict<'_> {
    let with = |mark: Mark| comparison.standings.iter().filter(move |s| s.mark == mark);
    if let Some(best) = with(Mark::Best).next() {
        return Verdict::Best(best);
    }
    let open: Vec<&Standing> = with(Mark::NotSeparated).collect();
    match open.is_empty() {
        true => Verdict::Nobody,
        false => Verdict::Open(open),
    }
}

/// The contender with the largest value, of those that may keep the constraints.
pub fn leader(comparison: &Comparison) -> Option<&Standing> {
    let value = |s: &&Standing| s.goal.value.unwrap_or(f64::NEG_INFINITY);
    let may_count = comparison
        .standings
        .iter()
        .filter(|s| s.mark != Mark::Excluded);
    may_count.max_by(|a, b| value(a).total_cmp(&value(b)))
}

/// A contender less another: value and simultaneous interval, whichever way the pair was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub value: f64,
    pub interval: Option<[f64; 2]>,
}

/// `to` less `from`, by their indices among the programs (none for world 0).
pub fn difference(
    comparison: &Comparison,
    from: Option<usize>,
    to: Option<usize>,
) -> Option<Difference> {
    let finite = |pair: &PairResult| {
        let ends = pair.simultaneous;
        let interval = ends.filter(|ends| ends.iter().all(|end| end.is_finite()));
        let value = pair.goal.value.filter(|v| v.is_finite())?;
        Some(Difference { value, interval })
    };
    comparison.pairs.iter().find_map(|pair| {
        let ends = (pair.from_program, pair.to_program);
        if ends == (from, to) {
            finite(pair)
        } else if ends == (to, from) {
            finite(pair).map(|d| Difference {
                value: -d.value,
                interval: d.interval.map(|[low, high]| [-high, -low]),
            })
        } else {
            None
        }
    })
}

impl Difference {
    /// Whether its interval leaves out zero; not without one.
    pub fn is_sure(&self) -> bool {
        self.interval
            .is_some_and(|[low, high]| low > 0.0 || high < 0.0)
    }
}

/// On which side of zero the 95 % interval of a number lies: 1 above, -1 below, 0 where it says neither.
pub fn side(number: &Number) -> f64 {
    match number.interval {
        Some([low, _]) if low > 0.0 => 1.0,
        Some([_, high]) if high < 0.0 => -1.0,
        _ => 0.0,
    }
}

/// A program less another in one of the numbers compared, with the interval of this pair alone.
pub fn difference_in(
    comparison: &Comparison,
    code: &str,
    from: usize,
    to: usize,
) -> Option<Difference> {
    let ends = |pair: &&PairResult| {
        let ends = [pair.from_program, pair.to_program];
        ends == [Some(from), Some(to)] || ends == [Some(to), Some(from)]
    };
    let pair = comparison.pairs.iter().find(ends)?;
    let number = number(&pair.metrics, &[code])?;
    let value = number.value.filter(|v| v.is_finite())?;
    Some(match pair.from_program == Some(from) {
        true => Difference {
            value,
            interval: number.interval,
        },
        false => Difference {
            value: -value,
            interval: number.interval.map(|[low, high]| [-high, -low]),
        },
    })
}

/// What a difference in net present value is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Makeup {
    /// Margin of customers who stay, come more often or buy more.
    pub effects: f64,
    /// Vouchers, goods, invoices, benefits of tiers, displaced sales and rewards of the opening book; a cost is negative.
    pub rewards: f64,
    /// Running costs and set-up, negative.
    pub costs: f64,
}

/// Sums of the steps of a bridge between two programs.
pub fn makeup(bridge: &[BridgeItem]) -> Makeup {
    let mut makeup = Makeup::default();
    for item in bridge.iter().filter(|i| !i.pillar && i.value.is_finite()) {
        match item.code.as_str() {
            "running_costs" | "setup" => makeup.costs += item.value,
            "displacement" | "discounts" | "reward_goods" | "reward_partners"
            | "referral_rewards" | "benefits" | "opening_rewards" => makeup.rewards += item.value,
            _ => makeup.effects += item.value,
        }
    }
    makeup
}
