//! The market: inflow, seasonality, channels and listed entries.

use super::{Context, referral};
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{Channel, Entry, Market};
use crate::scenario::raw::message::shown;
use crate::scenario::raw::simulation::MAX_CUSTOMERS;
use crate::scenario::raw::written::{Number, Numbers};

/// How far shares may miss 1, and a mean its target.
pub const SHARE_TOLERANCE: f64 = 1e-6;

/// Name of the only channel of a market that lists none.
const ONLY_CHANNEL: &str = "all";

pub fn market(context: &mut Context<'_>) -> Option<Market> {
    let raw = &context.raw.market;
    let entries = entries(context);
    let channels = channels(context);
    inflow(context);
    Some(Market {
        customers: u64::try_from(raw.customers.value).ok()?,
        company_age_months: company_age(context),
        arrivals_per_year: raw.arrivals_per_year.value,
        trend_per_year: raw.trend_per_year.value,
        seasonality: seasonality(context, &raw.seasonality)?,
        channels,
        entries,
        word_of_mouth: referral::word_of_mouth(context),
    })
}

fn seasonality(context: &mut Context<'_>, written: &Numbers) -> Option<[f64; 12]> {
    let months: [f64; 12] = written.items.as_slice().try_into().ok()?;
    let mean = months.iter().sum::<f64>() / 12.0;
    if (mean - 1.0).abs() > SHARE_TOLERANCE {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                format!("the twelve months of `seasonality` have mean {mean:.6}"),
                written.at.span.clone(),
            )
            .expecting(if mean > 0.0 {
                "mean 1: divide each by the mean"
            } else {
                "mean 1: months above 0, in proportion to their sales"
            }),
        );
    }
    Some(months)
}

fn company_age(context: &mut Context<'_>) -> Option<f64> {
    let age = context.raw.market.company_age_years.as_ref()?;
    if context.opening() == Some(0) {
        context.reader.push(
            Diagnostic::error(
                Code::NotRead,
                "`company_age_years` is not read: no customers at the start",
                age.at.span.clone(),
            )
            .with_help("remove it, or state market.customers"),
        );
    }
    Some(age.value * 12.0)
}

fn channels(context: &mut Context<'_>) -> Vec<Channel> {
    let raw = &context.raw.market;
    let market_cost = context.minor(&raw.arrival_cost);
    if raw.channel.is_empty() {
        return vec![Channel {
            name: ONLY_CHANNEL.to_string(),
            share: 1.0,
            arrival_cost: market_cost,
            rate_factor: 1.0,
            attrition_factor: 1.0,
        }];
    }
    let shares: Vec<&Number> = raw.channel.iter().map(|channel| &channel.share).collect();
    shares_add_to_one(context, "channels", &shares);
    if raw.arrival_cost.at.written && raw.channel.iter().all(|c| c.arrival_cost.is_some()) {
        context.reader.push(
            Diagnostic::error(
                Code::NotRead,
                "`arrival_cost` of the market is not read: every channel states its own",
                raw.arrival_cost.at.span.clone(),
            )
            .with_help("remove it"),
        );
    }
    raw.channel
        .iter()
        .map(|channel| Channel {
            name: channel.name.value.clone(),
            share: channel.share.value,
            arrival_cost: match &channel.arrival_cost {
                Some(cost) => context.minor(cost),
                None => market_cost,
            },
            rate_factor: channel.purchase_factor.value,
            attrition_factor: channel.attrition_factor.value,
        })
        .collect()
}

/// Refuses shares that do not add to 1, at the last of them.
pub fn shares_add_to_one(context: &mut Context<'_>, of: &str, shares: &[&Number]) {
    let Some(last) = shares.last() else {
        return;
    };
    let total: f64 = shares.iter().map(|share| share.value).sum();
    if shares.iter().all(|share| share.is_given()) && (total - 1.0).abs() > SHARE_TOLERANCE {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                match shares.len() {
                    1 => format!("the only one of the {of} has share {}", shown(total)),
                    n => format!(
                        "the shares of the {n} {of} add to {}",
                        shown(libm::round(total * 1e9) / 1e9)
                    ),
                },
                last.at.span.clone(),
            )
            .expecting("1 in all"),
        );
    }
}

fn entries(context: &mut Context<'_>) -> Vec<Entry> {
    let raw = &context.raw.market;
    let horizon = &context.raw.horizon_months;
    // Day d of the listing is at d / 365 years; the horizon ends at horizon / 12 years.
    let last_day = horizon.value * 365 / 12;
    let mut entries: Vec<Entry> = Vec::with_capacity(raw.entry.len());
    let mut late = None;
    for entry in &raw.entry {
        if horizon.valid && entry.day.valid && entry.day.value >= last_day && late.is_none() {
            late = Some(entry.day.at.span.clone());
        }
        entries.push(Entry {
            day: u32::try_from(entry.day.value).unwrap_or(0),
            count: u64::try_from(entry.count.value).unwrap_or(0),
        });
    }
    if let Some(span) = late {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "an entry after the horizon would never be simulated",
                span,
            )
            .expecting(format!("a day before {last_day}")),
        );
    }
    if let Some(first) = raw.entry.first()
        && raw.arrivals_per_year.at.written
    {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "`arrivals_per_year` beside listed entries",
                raw.arrivals_per_year.at.span.clone(),
            )
            .expecting("one of the two")
            .with_help(format!(
                "the first entry is day {}; remove `arrivals_per_year`, or the entries",
                first.day.value
            )),
        );
    }
    entries.sort_by_key(|entry| entry.day);
    entries
}

/// Somebody must exist, and not more than can be counted.
fn inflow(context: &mut Context<'_>) {
    let raw = &context.raw.market;
    if raw.span == (0..0) || !raw.customers.valid || !raw.arrivals_per_year.valid {
        return;
    }
    let listed: f64 = raw.entry.iter().map(|entry| entry.count.value as f64).sum();
    let years = context.raw.horizon_months.value as f64 / 12.0;
    let people = raw.customers.value as f64 + listed + raw.arrivals_per_year.value * years;
    if people == 0.0 {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "the market is empty: nobody at the start and nobody arrives",
                raw.span.clone(),
            )
            .expecting("`customers`, `arrivals_per_year` or [[market.entry]]"),
        );
    }
    if people > MAX_CUSTOMERS as f64 {
        let place = [&raw.arrivals_per_year.at, &raw.customers.at]
            .into_iter()
            .find(|at| at.written)
            .map_or(raw.span.clone(), |at| at.span.clone());
        context.reader.push(
            Diagnostic::error(
                Code::TooLarge,
                format!("{people:.2e} customers over the horizon"),
                place,
            )
            .expecting(format!("at most {}", shown(MAX_CUSTOMERS as f64))),
        );
    }
}
