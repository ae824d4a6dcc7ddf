//! What cannot be simulated is refused before the first life: families without end, sums beyond 64 bits.

use crate::engine::EngineError;
use crate::engine::sheet::VALUE_BITS;
use crate::population::Pilot;
use crate::population::strata::StratumPlan;
use crate::program::Rules;
use crate::program::referral::family_size;
use crate::scenario::model::{Billing, Grant, Scenario};

/// Largest mean size of a family: a run of many such families would not end.
const MOST_FAMILY: f64 = 20_000.0;

/// Expected people of a family, the root among them.
///
/// # Errors
/// [`EngineError::Limit`] where a run of such families would not end.
pub(super) fn refuse_endless_families(
    scenario: &Scenario,
    pilot: &Pilot,
    rules: &[Rules],
) -> Result<f64, EngineError> {
    let family = family_size(scenario, pilot, rules);
    if family > MOST_FAMILY {
        return Err(EngineError::Limit(format!(
            "friends bring friends: families of {family:.1e} on average by the horizon, more than {MOST_FAMILY:.0e}: \
             lower market.word_of_mouth.friends_per_active_year"
        )));
    }
    Ok(family)
}

/// Sums are 64-bit integers and every addition is checked: what could exceed them is refused before the run, from means
/// with room for the frequency cap, the trend and chance.
///
/// # Errors
/// [`EngineError::Limit`] naming the sum.
pub(super) fn refuse_overflow(
    scenario: &Scenario,
    strata: &[StratumPlan],
    family: f64,
) -> Result<(), EngineError> {
    const ROOM: f64 = 4e18;
    let months = f64::from(scenario.horizon_months + 12 * scenario.simulation.run_off_years);
    let growth = libm::exp(
        libm::log1p(scenario.market.trend_per_year.max(0.0)) * f64::from(scenario.horizon_months)
            / 12.0,
    );
    let purchases: f64 = strata
        .iter()
        .map(|s| s.simulated as f64 * scenario.segments[s.segment].rate_mean)
        .sum::<f64>()
        * months
        * growth
        * scenario.behavior.frequency_cap[1].max(1.0)
        * 4.0
        * family;
    let customers: f64 = strata.iter().map(|s| s.simulated as f64).sum::<f64>() * family;
    let versions = || scenario.programs.iter().flat_map(|p| &p.versions);
    let bonus = versions().map(|v| v.earn.sign_up_bonus).max().unwrap_or(0);
    let channels = scenario.market.channels.iter();
    let arrival = channels.map(|c| c.arrival_cost).max().unwrap_or(0);
    let grant = dearest_grant(scenario);
    let spent = purchases * largest_basket(scenario);
    let points = scenario
        .programs
        .iter()
        .flat_map(|p| p.versions.iter().map(|v| p.most_points_per_minor(v)))
        .fold(0.0, f64::max);
    for (what, sum) in [
        ("what customers spend", spent),
        ("the points of purchases", spent * points),
        (
            "the cost of rewards",
            purchases * dearest_reward(scenario) as f64,
        ),
        ("sign-up bonuses", customers * bonus as f64),
        (
            "rewards for friends",
            // Behind some of an ambassador's there is nobody; each friend has one too.
            (1.0 + f64::from(scenario.market.word_of_mouth.slots)) * customers * grant as f64,
        ),
        ("the cost of arrivals", customers * arrival as f64),
        (
            "the cost of benefits",
            benefits(scenario, purchases, customers * months),
        ),
        (
            "the cost of serving customers",
            customers * months * serving(scenario),
        ),
        (
            "the inflated cost of one member or redemption",
            dearest_unit(scenario, months),
        ),
    ] {
        if sum > ROOM {
            return Err(EngineError::Limit(format!(
                "{what} could add up to {sum:.1e} units, more than {ROOM:.0e}: fewer simulated customers or smaller amounts"
            )));
        }
    }
    Ok(())
}

/// What one unit of a cost weighs at the dearest month, in the fixed point of the value weights.
fn dearest_unit(scenario: &Scenario, months: f64) -> f64 {
    let member_months = f64::from(scenario.horizon_months) / 12.0;
    let weights = scenario.programs.iter().map(|p| {
        let prices = libm::pow(1.0 + p.cost.inflation_per_year.max(0.0), months / 12.0);
        let unit = (p.cost.per_active_member_per_year * member_months).max(p.cost.per_redemption);
        prices * unit.max(1.0) * (1u64 << VALUE_BITS) as f64
    });
    weights.fold(0.0, f64::max)
}

/// Largest cost of one reward, minor units.
fn dearest_reward(scenario: &Scenario) -> i64 {
    let versions = scenario.programs.iter().flat_map(|p| &p.versions);
    let costs = versions
        .flat_map(|v| &v.rewards)
        .map(|r| r.unit_cost.max(r.face_value));
    costs.max().unwrap_or(0)
}

/// Largest reward of one side of a referral, points or minor units.
fn dearest_grant(scenario: &Scenario) -> i64 {
    let referrals = scenario.programs.iter().filter_map(|p| p.referral.as_ref());
    let grants = referrals.flat_map(|r| [r.ambassador, r.friend]);
    let size = |grant| match grant {
        Grant::None => 0,
        Grant::Points { points } => points,
        Grant::Voucher { face_value, .. } => face_value,
        Grant::Money { amount } => amount,
    };
    grants.map(size).max().unwrap_or(0)
}

/// The largest mean basket of any customer, minor units.
fn largest_basket(scenario: &Scenario) -> f64 {
    let segments = scenario.segments.iter();
    segments
        .map(|segment| scenario.largest_mean_basket(segment))
        .fold(0.0, f64::max)
}

/// Cost of the benefits of the dearest tier for all visits and customer-months.
fn benefits(scenario: &Scenario, visits: f64, customer_months: f64) -> f64 {
    let tiers = scenario.programs.iter().flat_map(|p| &p.versions);
    let cost = |billed: Billing| {
        let granted = tiers.clone().flat_map(|v| &v.ladder.tiers);
        let granted = granted.flat_map(|tier| &tier.benefits);
        let granted = granted.filter(|benefit| benefit.billed == billed);
        // Of one name only one is granted: the sum is on the safe side.
        granted.map(|benefit| benefit.cost).sum::<f64>()
    };
    cost(Billing::PerUse) * visits + cost(Billing::PerMemberMonth) * customer_months
}

/// The largest cost of serving a customer for a month.
fn serving(scenario: &Scenario) -> f64 {
    let points = scenario.segments.iter().flat_map(|s| &s.tenure.points);
    points.map(|point| point.cost_to_serve).fold(0.0, f64::max)
}
