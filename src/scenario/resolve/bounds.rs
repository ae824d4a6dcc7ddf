//! Sizes: what could not be simulated, or summed in 64 bits, is refused with the estimate.

use super::Context;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::Scenario;
use crate::scenario::raw::message::shown;
use crate::scenario::raw::segment::MAX_PURCHASES;

/// A tenth of what 64 bits hold: estimates are means, and a run strays from them.
const MAX_SUM: f64 = 9e17;

/// A run of fewer purchases is judged as if it had so many: a single one may be far above the mean.
const FEW: f64 = 1000.0;

/// Largest purchases per year of an average customer in the busiest month of the last year.
const MAX_PEAK: f64 = 50.0 * MAX_PURCHASES;

pub fn check(context: &mut Context<'_>, scenario: &Scenario) {
    if !growth_is_bounded(context, scenario) {
        return;
    }
    let place = &context.raw.simulation.customers.at;
    let place = if place.written {
        place.span.clone()
    } else {
        0..0
    };
    for excess in excesses(scenario) {
        context.reader.push(
            Diagnostic::error(Code::TooLarge, excess.message, place.clone())
                .expecting(excess.expected)
                .with_help(excess.help),
        );
    }
}

/// A sum that 64 bits may not hold.
pub(crate) struct Excess {
    pub message: String,
    pub expected: String,
    pub help: &'static str,
}

/// The sums of a run that may be too large; they depend on the number of simulated customers, so a command that
/// changes it asks again.
pub(crate) fn excesses(scenario: &Scenario) -> Vec<Excess> {
    let simulation = &scenario.simulation;
    let months =
        simulation.warm_up_months + scenario.horizon_months + 12 * simulation.run_off_years;
    let customers = simulation.customers as f64;
    let cap = scenario.behavior.frequency_cap[1];
    let peak = peak_growth(scenario);
    let mut money = 0.0f64;
    for segment in &scenario.segments {
        let purchases =
            customers * segment.share * segment.rate_mean * peak * cap * f64::from(months);
        money += purchases.max(FEW) * scenario.largest_mean_basket(segment);
    }
    let minor = scenario.currency.minor_per_major() as f64;
    let mut found = Vec::new();
    if money.is_nan() || money > MAX_SUM {
        found.push(Excess {
            message: format!(
                "the simulated customers may spend {:.1e} in all",
                money / minor
            ),
            expected: format!("at most {}", shown(MAX_SUM / minor)),
            help: "fewer customers, a shorter horizon, or a smaller basket",
        });
    }
    for program in &scenario.programs {
        let rate = program
            .versions
            .iter()
            .map(|version| program.most_points_per_minor(version))
            .fold(0.0, f64::max);
        if money * rate > MAX_SUM {
            found.push(Excess {
                message: format!(
                    "a program may issue {:.1e} points to the simulated customers",
                    money * rate
                ),
                expected: format!("at most {}", shown(MAX_SUM)),
                help: "fewer points per unit of currency, or fewer customers",
            });
        }
    }
    found
}

/// Growth of the purchase rate by trend and season at its largest.
fn peak_growth(scenario: &Scenario) -> f64 {
    let market = &scenario.market;
    let years = f64::from(scenario.horizon_months) / 12.0;
    let trend = libm::pow(1.0 + market.trend_per_year, years).max(1.0);
    trend * market.seasonality.iter().copied().fold(0.0, f64::max)
}

/// Whether growth leaves the purchase rate sensible; refused where it does not.
fn growth_is_bounded(context: &mut Context<'_>, scenario: &Scenario) -> bool {
    let rate = scenario
        .segments
        .iter()
        .map(|segment| segment.rate_mean * 12.0)
        .fold(0.0, f64::max);
    let largest = rate * peak_growth(scenario);
    let raw = &context.raw.market.trend_per_year;
    if largest > MAX_PEAK && raw.is_given() {
        context.reader.push(
            Diagnostic::error(
                Code::TooLarge,
                format!("growth to {largest:.1e} purchases per year and customer"),
                raw.at.span.clone(),
            )
            .expecting(format!("at most {}", shown(MAX_PEAK))),
        );
        return false;
    }
    true
}
