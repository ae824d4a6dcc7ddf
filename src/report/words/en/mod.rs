//! English.

mod findings;
mod kinds;
mod net_value;
mod terms;
#[cfg(test)]
mod tests;

use self::net_value::{several_worths, worth_of_one};
use super::{Crossing, Fate, Kept, Spread, Words, Worth};
use crate::report::number::{ENGLISH, Numerals};
use crate::report::verdict::Makeup;
use crate::results::Finding;

pub struct English;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn compact(value: f64) -> String {
    ENGLISH.compact(value)
}

/// A number of people, whole where it is small.
fn people(count: f64) -> String {
    match count.abs() < 999.5 {
        true => ENGLISH.fixed(count, 0),
        false => compact(count),
    }
}

fn months(count: u32) -> String {
    if count == 1 {
        "1 month".to_owned()
    } else {
        format!("{count} months")
    }
}

/// A name inside a sentence: without its capital.
fn in_sentence(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

impl Words for English {
    fn numerals(&self) -> &'static Numerals {
        &ENGLISH
    }

    fn month_number(&self, month: i64) -> String {
        format!("month {month}")
    }

    fn month_of_year(&self, month: usize, year: i64) -> String {
        format!("{} {year}", MONTHS.get(month).unwrap_or(&"?"))
    }

    fn term(&self, code: &str) -> Option<&'static str> {
        terms::term(code)
    }

    fn finding(&self, finding: &Finding) -> String {
        let sentence = findings::sentence(finding);
        let sentence =
            sentence.unwrap_or_else(|| findings::by_code(&self.name(&finding.code), finding));
        match finding.subject.is_empty() {
            true => sentence,
            false => format!("{}: {sentence}", finding.subject),
        }
    }

    fn customers_title(&self, kept: &[Kept<'_>], horizon: u32) -> String {
        let after = months(horizon);
        let gain = |k: &Kept<'_>| k.without.map(|w| k.customers - w);
        let best = kept.iter().max_by(|a, b| {
            gain(a)
                .unwrap_or(a.customers)
                .total_cmp(&gain(b).unwrap_or(b.customers))
        });
        let Some(best) = best else {
            return format!("Customers over {after}");
        };
        let (Some(gain), Some(without)) = (gain(best), best.without) else {
            return format!(
                "{} customers are there under {} after {after}",
                compact(best.customers),
                best.program
            );
        };
        let count = people(gain.abs());
        if count == "0" {
            return format!("{} has as many customers as no program", best.program);
        }
        if !best.is_sure {
            return format!(
                "No sure difference in customers after {after}: {} with {}, {} without a program",
                people(best.customers),
                best.program,
                people(without)
            );
        }
        let share = if without > 0.0 {
            format!(" ({})", ENGLISH.percent(gain.abs() / without))
        } else {
            String::new()
        };
        match (gain > 0.0, kept.len() > 1) {
            (true, false) => format!(
                "{} has {count} more customers{share} than no program after {after}",
                best.program
            ),
            (true, true) => format!(
                "{} {}: {count} more customers{share} than no program after {after}",
                best.program,
                match best.is_separated {
                    true => "has most",
                    false => "leads, within luck",
                }
            ),
            (false, false) => format!(
                "{} has {count} fewer customers{share} than no program after {after}",
                best.program
            ),
            (false, true) => format!(
                "No program has more customers than none; {} loses least{}: {count}{share}",
                best.program,
                match best.is_separated {
                    true => "",
                    false => ", within luck",
                }
            ),
        }
    }

    fn points_title(&self, points: f64, cost: Option<f64>, currency: &str, horizon: u32) -> String {
        let after = months(horizon);
        match cost {
            _ if points == 0.0 => format!("No points are outstanding after {after}"),
            Some(cost) => format!(
                "{} points are outstanding after {after}; redeeming them is expected to cost {} {currency}",
                compact(points),
                compact(cost)
            ),
            None => format!("{} points are outstanding after {after}", compact(points)),
        }
    }

    fn points_title_several(
        &self,
        most: &str,
        points: f64,
        horizon: u32,
        is_separated: bool,
    ) -> String {
        format!(
            "{most} leaves the most points outstanding after {}{}: {}",
            months(horizon),
            match is_separated {
                true => "",
                false => ", within luck",
            },
            compact(points)
        )
    }

    fn net_value_title(&self, worth: &[Worth], currency: &str, horizon: u32) -> String {
        if let [only] = worth {
            return worth_of_one(only, currency, horizon);
        }
        let known = worth.iter().filter_map(|w| Some((w, w.value?)));
        let Some((best, value)) = known.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return format!("Net value over {}", months(horizon));
        };
        several_worths(worth, (best, value), currency)
    }

    fn bridge_title(&self, crossing: &Crossing<'_>, currency: &str) -> String {
        let net = crossing.gains - crossing.losses;
        let what = match (net.abs() <= crossing.half, net >= 0.0) {
            (true, _) => "may add to margin or take from it".to_owned(),
            (_, true) => format!("adds {} {currency} to margin", compact(net)),
            (_, false) => format!("takes {} {currency} from margin", compact(net.abs())),
        };
        format!(
            "{} {what} over {}: gains of {}, costs of {}",
            crossing.program,
            months(crossing.months),
            compact(crossing.gains),
            compact(crossing.losses)
        )
    }

    fn vintages_title(&self, fate: &Fate<'_>) -> String {
        let parts = [
            (fate.redeemed, "are redeemed"),
            (fate.expired, "expire"),
            (fate.dormant, "stay with customers who left"),
            (fate.unresolved, "stay unused"),
        ];
        let shares = parts.map(|(share, _)| share);
        let told: Vec<String> = of_a_hundred(&shares)
            .iter()
            .zip(&parts)
            // A fate of no point says nothing; that none is redeemed does.
            .filter(|(count, (_, what))| **count > 0 || *what == "are redeemed")
            .map(|(count, (_, what))| match (*count, *what) {
                (1, "are redeemed") => "1 is redeemed".to_owned(),
                (1, "expire") => "1 expires".to_owned(),
                (1, what) => format!("1 {}", what.replacen("stay", "stays", 1)),
                (count, what) => format!("{count} {what}"),
            })
            .collect();
        format!("{}: of 100 points {}", fate.program, told.join(", "))
    }

    fn value_title(&self, spread: &Spread<'_>, currency: &str) -> String {
        let mean = spread.mean.map_or_else(String::new, |mean| {
            format!(
                "; {}on average {} {currency}{}",
                if spread.with_friends {
                    "with friends "
                } else {
                    ""
                },
                ENGLISH.signed(mean),
                if spread.is_undecided {
                    ", within luck"
                } else {
                    ""
                }
            )
        });
        format!(
            "With {}, {} of customers are worth more, {} less{mean}",
            spread.program,
            ENGLISH.percent(spread.more),
            ENGLISH.percent(spread.less)
        )
    }

    fn comparison_heading(&self, goal: &str) -> String {
        format!("Comparison by {}, on the same customers", in_sentence(goal))
    }

    fn comparison_note(&self, intervals: u32, confidence: f64) -> String {
        format!(
            "All {intervals} intervals, those against no program among them, hold together with {} % (luck only).",
            ENGLISH.fixed(confidence * 100.0, 0)
        )
    }

    fn best(&self, name: Option<&str>) -> String {
        match name {
            Some(name) => format!(
                "Best under best estimates: {name}; the intervals separate it from all others"
            ),
            None => {
                "Best under best estimates: no program; the intervals put it above each of them"
                    .to_owned()
            }
        }
    }

    fn best_of_programs(&self, name: &str) -> String {
        format!("Of the programs alone: {name}")
    }

    fn best_title(&self, name: Option<&str>, ahead: Option<(String, &str)>) -> String {
        let ahead = ahead.map_or_else(String::new, |(amount, next)| {
            format!(": {amount} ahead of {next}")
        });
        match name {
            Some(name) => format!("{name} is best under best estimates{ahead}"),
            None => format!("Running none of them is best under best estimates{ahead}"),
        }
    }

    fn not_separated(&self, names: &[String]) -> String {
        match names {
            [only] => format!("{only} leads, but not surely"),
            [first @ .., last] => format!(
                "Not decided: luck could turn the order of {} and {last}",
                first.join(", ")
            ),
            [] => String::new(),
        }
    }

    fn constraint(
        &self,
        metric: &str,
        (low, high): (Option<String>, Option<String>),
        breakers: &[String],
    ) -> String {
        let low = low.map(|low| format!("at least {low}"));
        let high = high.map(|high| format!("at most {high}"));
        let ends: Vec<String> = low.into_iter().chain(high).collect();
        let kept = match breakers {
            [] => "kept by all".to_owned(),
            some => some.join("; "),
        };
        format!("Constraint {metric} {}: {kept}", ends.join(" and "))
    }

    fn breaks(&self, name: &str, number: &str, broken: bool) -> String {
        match broken {
            true => format!("{name} breaks it ({number}) and is left out"),
            false => format!("{name} may break it ({number})"),
        }
    }

    fn less(&self, to: &str, from: &str) -> String {
        format!("{to} less {from}")
    }

    fn makeup(&self, makeup: &Makeup) -> String {
        format!(
            "effects {}, rewards {}, running and set-up {}",
            ENGLISH.signed(makeup.effects),
            ENGLISH.signed(makeup.rewards),
            ENGLISH.signed(makeup.costs)
        )
    }

    fn ranking_subtitle(&self, goal: &str, leader: &str) -> String {
        format!("{goal}, less that of {leader}. Bars: 95 % intervals of luck that hold together.")
    }

    fn comparison_bridge_title(
        &self,
        to: &str,
        from: &str,
        (amount, is_sure): (f64, bool),
        makeup: &Makeup,
        currency: &str,
    ) -> String {
        let more = if amount >= 0.0 { "more" } else { "less" };
        format!(
            "{to} is worth {} {currency} {more} than {from}{}: {}",
            compact(amount.abs()),
            if is_sure { "" } else { ", within luck" },
            self.makeup(makeup)
        )
    }

    fn payback_label(&self, month: f64, discounted: bool) -> String {
        let kind = if discounted {
            "Discounted: pays"
        } else {
            "Pays"
        };
        format!(
            "{kind} back in month {}",
            ENGLISH.fixed(libm::ceil(month.max(1.0)), 0)
        )
    }

    fn left_out(&self, programs: usize, file: &str) -> String {
        match programs {
            1 => format!("1 more program is in {file}"),
            more => format!("{more} more programs are in {file}"),
        }
    }

    fn footnote(&self, scenario: &str, simulated: u64, opening: u64, arrivals: u64) -> String {
        format!(
            "{scenario}: {} simulated customers for {} at the start and {} who arrive. Best estimates; intervals contain luck only.",
            compact(simulated as f64),
            compact(opening as f64),
            compact(arrivals as f64)
        )
    }

    fn grants_and_effects(&self, cost: &str, effects: &str, total: &str) -> String {
        format!("if nobody changes {cost}; value of assumed effects {effects}; together {total}")
    }

    fn heading(
        &self,
        scenario: &str,
        horizon: u32,
        start: &str,
        simulated: &str,
        opening: &str,
        arrivals: &str,
    ) -> String {
        format!(
            "{scenario}: {} from {start}\n{simulated} simulated customers for {opening} at the start and {arrivals} who arrive\n",
            months(horizon)
        )
    }

    fn works_if(
        &self,
        percent: &str,
        interval: Option<(&str, &str)>,
        open_above: bool,
        enough: bool,
    ) -> String {
        let interval = match (interval, open_above) {
            (Some((low, _)), true) => format!(" (95 %: {low} or more, without end)"),
            (Some((low, high)), false) => format!(" (95 %: {low} … {high})"),
            (None, _) => String::new(),
        };
        match enough {
            true => format!("works if at least {percent}{interval} of the assumed effect is real"),
            false => format!(
                "would need {percent}{interval} of the assumed effect: more than is assumed"
            ),
        }
    }

    fn needed_lift(&self, needed: &str, brought: &str, misleads: bool) -> String {
        let decides = match misleads {
            true => {
                ", but not evenly: timing, margin and displaced sales differ, and the net present value decides"
            }
            false => "",
        };
        format!("{needed} of sales at full price; the program brings {brought}{decides}")
    }

    fn churned_within(&self, count: u32) -> String {
        format!("Opening customers gone in {}", months(count))
    }

    fn present_value_note(&self, rate: &str) -> String {
        format!(
            "PV: present value at {rate} a year, with the run-off of points; all else is over the horizon, undiscounted."
        )
    }
}

/// Shares of a whole as counts that add up to 100 where the shares add up to 1: the largest remainders round up.
fn of_a_hundred(shares: &[f64]) -> Vec<u64> {
    let exact: Vec<f64> = shares.iter().map(|s| (s * 100.0).clamp(0.0, 1e6)).collect();
    let mut counts: Vec<u64> = exact.iter().map(|e| libm::floor(*e) as u64).collect();
    let total = libm::round(exact.iter().sum::<f64>()) as u64;
    let mut order: Vec<usize> = (0..exact.len()).collect();
    let remainder = |i: &usize| exact[*i] - libm::floor(exact[*i]);
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)));
    let missing = total.saturating_sub(counts.iter().sum());
    for index in order.into_iter().take(missing as usize) {
        counts[index] += 1;
    }
    counts
}
