//! From what was written to what it means: units, exact fractions, dates, and the checks over several keys.
//!
//! Every function here runs on a file that may be wrong elsewhere: a value that was wrong (`valid == false`) only
//! stands in, and no check speaks about it again.

mod behavior;
mod bounds;
mod expiry;
mod goal;
mod market;
mod money;
mod program;
mod promotion;
mod reach;
mod referral;
mod rules;
mod segment;
mod status_effects;
mod tier_reach;
mod tiers;

pub(crate) use bounds::excesses;

use super::currency;
use super::diagnostics::Diagnostic;
use super::model::{Currency, RunOff, Scenario, Simulation};
use super::raw;
use super::raw::reader::Reader;
use super::unbound;

/// What the parts need to know of the whole.
pub(crate) struct Context<'a> {
    pub reader: &'a mut Reader,
    pub currency: Currency,
    pub raw: &'a raw::scenario::Scenario,
}

impl Context<'_> {
    /// Customers at the start, if that much is known.
    fn opening(&self) -> Option<i64> {
        let customers = &self.raw.market.customers;
        customers.valid.then_some(customers.value)
    }
}

/// The resolved scenario, or `None` where a part could not be built; the findings say why.
pub fn scenario(raw: &raw::scenario::Scenario, reader: &mut Reader) -> Option<Scenario> {
    let currency = currency::of_code(raw.currency.value);
    let mut context = Context {
        reader,
        currency: currency.clone(),
        raw,
    };
    let market = market::market(&mut context);
    let segments = segment::segments(&mut context);
    let behavior = behavior::behavior(&mut context);
    let programs = program::programs(&mut context);
    let mut scenario = Scenario {
        name: raw.name.value.clone(),
        currency,
        start: raw.start.value,
        horizon_months: u32::try_from(raw.horizon_months.value).ok()?,
        discount_rate: raw.discount_rate.value,
        simulation: simulation(&raw.simulation)?,
        market: market?,
        segments,
        behavior: behavior?,
        programs: programs?,
        goal: goal::goal(&mut context),
        assumptions: context.reader.assumptions.clone(),
        unbound: Vec::new(),
    };
    scenario.unbound = unbound::unbound(&scenario);
    let spans = &context.reader.spans;
    scenario.unbound.retain(|path| spans.contains_key(path));
    bounds::check(&mut context, &scenario);
    let sound = !context.reader.findings.iter().any(Diagnostic::is_error);
    if sound {
        reach::check(&mut context, &scenario);
        tier_reach::check(&mut context, &scenario);
    }
    Some(scenario)
}

fn simulation(raw: &raw::simulation::Simulation) -> Option<Simulation> {
    Some(Simulation {
        customers: u64::try_from(raw.customers.value).ok()?,
        replications: u32::try_from(raw.replications.value).ok()?,
        seed: u64::try_from(raw.seed.value).ok()?,
        warm_up_months: u32::try_from(raw.warm_up_months.value).ok()?,
        run_off: match raw.run_off.value {
            "closed" => RunOff::Closed,
            _ => RunOff::GoingConcern,
        },
        run_off_years: u32::try_from(raw.run_off_years.value).ok()?,
        baseline: raw.baseline.value,
        skeptic: raw.skeptic.value,
        later_margin: raw.later_margin.value,
    })
}
