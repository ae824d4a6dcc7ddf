//! The groups of a ledger beside the whole. Every group is estimated twice: by its own rates, from its own triangle, and
//! by the rates of the whole, which every bookable method applies in proportion to what a group issued or redeemed; so
//! the pooled points of the groups sum to those of the whole, and this is checked. Own rates sum to something else where
//! groups differ and the mix of vintages moved: the difference is what choosing groups over the pool is worth.
//!
//! A group is safe by itself with at least 1,082 redemptions (the classical standard of full credibility: within 5 % with
//! probability 90 %, (1.645 ÷ 0.05)², where all are of one size; points of several sizes need more) and a standard error
//! of at most a tenth of its future points, none of whose vintages is expected to redeem more than it can by more than a
//! hundredth of them (both judgements). An unsafe one is used at the rates of the whole, and named; that counts the safe
//! groups in the pool too, so that sums are only as good as unsafe groups are small.

use super::history::{columns, table};
use super::ledger::{from_flows, triangle_since};
use super::methods::{Booked, row_of};
use super::{Assumptions, of_triangle};
use super::{BELOW_REDEEMED, BEYOND_OUTSTANDING};
use crate::book::calendar::{Day, Month};
use crate::book::flows::Flows;
use crate::liability::estimate::Refusal;
use crate::liability::estimate::additive::Additive;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::bornhuetter_ferguson::{apply, bornhuetter_ferguson, cape_cod};
use crate::liability::estimate::chain_ladder::ChainLadder;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::triangle::{Triangle, TriangleError};
use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::OfIssued;
use crate::results::division::{Amounts, Division, GroupValued};
use crate::results::estimate::{Cell, Check, Finding, Method, Table};
use crate::results::valuation::Valuation;

/// Redemptions of a group that is safe by itself.
pub const LEAST_REDEMPTIONS: u64 = 1082;
/// Standard error of the future points of a safe group, as a share of them.
pub const WIDEST_ERROR: f64 = 0.1;

/// Points of a safe group that are expected beyond what is possible, as a share of its future points.
pub const MOST_BEYOND: f64 = 0.01;

/// A group of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    pub name: &'a str,
    pub flows: &'a Flows,
    /// Money per redeemed point and where it comes from: `own`, `pooled`, `stated`.
    pub cost: (Option<f64>, &'static str),
}

/// What the groups are parts of.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    /// Column of the ledger.
    pub key: &'a str,
    pub triangle: &'a Triangle,
    pub first: Month,
    pub as_of: Day,
    pub valuation: &'a Valuation,
}

/// Why groups could not be valued.
#[derive(Debug)]
pub enum DivisionError {
    Measure(MeasureError),
    Triangle(TriangleError),
}

impl std::fmt::Display for DivisionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DivisionError::Measure(error) => write!(f, "{error}"),
            DivisionError::Triangle(error) => write!(f, "{error}"),
        }
    }
}

/// Values every group; none where the method to be booked gives no number for the whole. `draw` runs the bootstrap of a
/// group by its place in `groups`.
///
/// # Errors
/// If the months of a group make no triangle, or an amount makes no sense.
pub fn divide(
    whole: &Whole,
    groups: &[Group],
    with: &Assumptions,
    draw: &dyn Fn(usize, &Bootstrap) -> Vec<f64>,
) -> Result<Option<Division>, DivisionError> {
    let Some(booked) = whole
        .valuation
        .methods
        .iter()
        .find(|m| m.code == with.booked.name())
    else {
        return Ok(None);
    };
    if booked.refused.is_some() {
        return Ok(None);
    }
    let mut valued = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if group.flows.first().is_some() {
            let of_group = |bootstrap: &Bootstrap| draw(place, bootstrap);
            valued.push(value(whole, group, with, &of_group)?);
        }
    }
    let pooled = sum(valued.iter().map(|group| &group.pooled));
    let adopted = sum(valued.iter().map(GroupValued::adopted));
    Ok(Some(Division {
        key: whole.key.to_owned(),
        whole: amounts(booked, None),
        pooled,
        adopted,
        groups: valued,
        least_redemptions: LEAST_REDEMPTIONS,
        widest_error: WIDEST_ERROR,
    }))
}

fn value(
    whole: &Whole,
    group: &Group,
    with: &Assumptions,
    draw: &dyn Fn(&Bootstrap) -> Vec<f64>,
) -> Result<GroupValued, DivisionError> {
    let triangle =
        triangle_since(group.flows, whole.first, whole.as_of).map_err(DivisionError::Triangle)?;
    // Ages that only void origins of the whole reach are none of its groups either. Others stay: a group that began
    // after the whole has seen less of them, and is not to be valued as if nothing came then.
    let triangle = triangle.of_ages(whole.triangle);
    let own = Assumptions {
        cost_per_point: group.cost.0,
        ..with.clone()
    };
    let mut found =
        of_triangle(group.name, &triangle, &own, draw).map_err(DivisionError::Measure)?;
    from_flows(&mut found, group.flows, whole.as_of);
    let booked = found.methods.iter().find(|m| m.code == with.booked.name());
    let booked = booked.filter(|method| method.refused.is_none());
    let doubts = doubts(group.flows, booked, &found, &own);
    // A group's estimate beyond its bounds is a doubt; only identities of points fail a run.
    let (checks, _): (Vec<Check>, Vec<Check>) = found
        .checks
        .into_iter()
        .partition(|check| !check.code.starts_with("ultimate_"));
    let issued = triangle.issued().map_or(0.0, |issued| issued.iter().sum());
    let pooled = pooled(with.booked, whole.triangle, &triangle, with);
    let pooled = row_of("pooled", &triangle, with, pooled, vec![]);
    Ok(GroupValued {
        name: group.name.to_owned(),
        members: group.flows.members,
        members_with_points: group.flows.members_with_points,
        redemptions: group.flows.redemptions,
        issued,
        redeemed: triangle.latest_values().iter().sum(),
        outstanding: group.flows.outstanding as f64,
        cost_per_point: group.cost.0,
        cost_source: group.cost.1.to_owned(),
        own: booked.map(|method| amounts(method, Some(with.sigma_rule.name()))),
        pooled: amounts(&pooled, None),
        doubts,
        methods: found.methods,
        tables: found.tables,
        checks,
        findings: found.findings,
    })
}

/// What the method makes of a group with the rates it fitted to the whole.
fn pooled(
    method: Booked,
    whole: &Triangle,
    group: &Triangle,
    with: &Assumptions,
) -> Result<Projection, Refusal> {
    let ladder = || ChainLadder::fit(whole, with.tail);
    match method {
        Booked::Additive => Additive::fit_with_tail(whole, &with.prior, with.tail)?.apply(group),
        Booked::ChainLadder => Ok(ladder()?.apply(group)),
        Booked::BornhuetterFerguson => {
            let rate = with.prior_rate.unwrap_or(f64::NAN);
            bornhuetter_ferguson(group, &ladder()?, OfIssued(rate))
        }
        Booked::CapeCod => {
            let ladder = ladder()?;
            let rate = cape_cod(whole, &ladder)?.0;
            apply(group, &ladder, rate)
        }
    }
}

fn doubts(
    flows: &Flows,
    booked: Option<&Method>,
    found: &Valuation,
    with: &Assumptions,
) -> Vec<Finding> {
    let mut doubts = Vec::new();
    let mut doubt = |code: &str, numbers: Vec<f64>| {
        doubts.push(Finding {
            code: code.to_owned(),
            numbers,
        });
    };
    let Some(method) = booked else {
        doubt("group_without_estimate", vec![]);
        return doubts;
    };
    if flows.redemptions < LEAST_REDEMPTIONS {
        let numbers = vec![flows.redemptions as f64, LEAST_REDEMPTIONS as f64];
        doubt("group_of_few_redemptions", numbers);
    }
    let future = method.future.unwrap_or(0.0);
    let mut errors = method.errors.iter();
    let error = errors.find(|error| error.rule == with.sigma_rule.name());
    if let Some(error) = error.filter(|error| error.total > WIDEST_ERROR * future.max(0.0)) {
        doubt(
            "group_with_wide_error",
            vec![error.total, future, WIDEST_ERROR],
        );
    }
    let bounds = found.findings.iter();
    let bounds = bounds.filter(|f| [BEYOND_OUTSTANDING, BELOW_REDEEMED].contains(&f.code.as_str()));
    let beyond = bounds.filter_map(|f| f.numbers.last()).sum::<f64>();
    if beyond > MOST_BEYOND * future.max(0.0) {
        doubt("group_beyond_its_bounds", vec![beyond, future, MOST_BEYOND]);
    }
    doubts
}

fn amounts(method: &Method, rule: Option<&str>) -> Amounts {
    let error = rule.and_then(|rule| method.errors.iter().find(|error| error.rule == rule));
    Amounts {
        rate_of_issued: method.rate_of_issued,
        future: method.future.unwrap_or(0.0),
        standard_error: error.map(|error| error.total),
        deferred_revenue: method.deferred_revenue,
        cost_provision: method.cost_provision,
    }
}

/// Errors are not summed: groups are not independent of one another.
fn sum<'a>(all: impl Iterator<Item = &'a Amounts>) -> Amounts {
    let plus = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
    let start = Amounts {
        deferred_revenue: Some(0.0),
        cost_provision: Some(0.0),
        ..Amounts::default()
    };
    all.fold(start, |sum, one| Amounts {
        future: sum.future + one.future,
        deferred_revenue: plus(sum.deferred_revenue, one.deferred_revenue),
        cost_provision: plus(sum.cost_provision, one.cost_provision),
        ..sum
    })
}

/// Puts the groups into the valuation of the whole: table S, and the checks that every point is in one group and that the
/// rates of the whole give the groups together what they give the whole.
pub fn complete(valuation: &mut Valuation, division: Division, flows: &Flows) {
    let sums = sums(valuation, &division, flows);
    valuation.checks.extend(sums);
    let of_groups = division.groups.iter().flat_map(|group| &group.checks);
    let failed = of_groups.filter(|check| !check.passed).map(|check| Check {
        code: format!("{}_of_a_group", check.code),
        ..check.clone()
    });
    valuation.checks.extend(failed);
    valuation.tables.push(overview(&division));
    valuation.division = Some(division);
}

/// The sums of the groups against the whole: of whole points exactly, of expected ones to the rounding of sums.
fn sums(valuation: &Valuation, division: &Division, flows: &Flows) -> [Check; 4] {
    let of = |part: fn(&GroupValued) -> f64| division.groups.iter().map(part).sum::<f64>();
    let (mut issued, mut redeemed) = (0.0, 0.0);
    for origin in &valuation.origins {
        issued += origin.issued.unwrap_or(0.0);
        let latest = origin.redeemed.iter().rev().find_map(|cell| *cell);
        redeemed += latest.unwrap_or(0.0);
    }
    let outstanding = flows.outstanding as f64;
    let (pooled, whole) = (division.pooled.future, division.whole.future);
    let rounding = 1e-9 * whole.abs().max(issued).max(1.0);
    [
        ("groups_issued", of(|group| group.issued) - issued, 0.0),
        (
            "groups_redeemed",
            of(|group| group.redeemed) - redeemed,
            0.0,
        ),
        (
            "groups_outstanding",
            of(|group| group.outstanding) - outstanding,
            0.0,
        ),
        ("groups_at_the_rates_of_the_whole", pooled - whole, rounding),
    ]
    .map(|(code, difference, allowed)| Check {
        code: code.to_owned(),
        difference,
        passed: difference.abs() <= allowed,
    })
}

/// Table S.
fn overview(division: &Division) -> Table {
    let mut rows: Vec<Vec<Cell>> = division.groups.iter().map(group_cells).collect();
    for (name, amounts) in [
        ("sum, rates of the whole", &division.pooled),
        ("sum, own rates where safe", &division.adopted),
        ("whole, as booked", &division.whole),
    ] {
        let mut cells = vec![Cell::from("total"), name.into()];
        cells.extend((0..7).map(|_| Cell::Absent(())));
        cells.extend(amount_cells(&Amounts::default()).map(|_| Cell::Absent(())));
        cells.extend(amount_cells(amounts));
        cells.extend([Cell::Absent(()), Cell::Absent(())]);
        rows.push(cells);
    }
    let mut header = columns(&["row", &division.key], "text", "");
    header.extend(columns(
        &["members", "members_with_points", "redemptions"],
        "count",
        "",
    ));
    header.extend(columns(
        &["issued", "redeemed", "outstanding"],
        "points",
        "",
    ));
    header.extend(columns(&["cost_per_point"], "money", "cost provision"));
    for prefix in ["own", "pooled"] {
        let name = |part: &str| format!("{prefix}_{part}");
        header.extend(columns(
            &[&name("rate_of_issued")],
            "share",
            "points issued",
        ));
        header.extend(columns(
            &[&name("future"), &name("standard_error")],
            "points",
            "",
        ));
        header.extend(columns(
            &[&name("deferred_revenue")],
            "money",
            "deferred revenue",
        ));
        header.extend(columns(
            &[&name("cost_provision")],
            "money",
            "cost provision",
        ));
    }
    header.extend(columns(&["adopted", "doubts"], "text", ""));
    table("S", "by_group", header, rows)
}

fn group_cells(group: &GroupValued) -> Vec<Cell> {
    let mut cells = vec![Cell::from("group"), group.name.as_str().into()];
    for count in [group.members, group.members_with_points, group.redemptions] {
        cells.push(Cell::Number(count as f64));
    }
    for points in [group.issued, group.redeemed, group.outstanding] {
        cells.push(points.into());
    }
    cells.push(group.cost_per_point.into());
    match &group.own {
        Some(own) => cells.extend(amount_cells(own)),
        None => cells.extend(amount_cells(&group.pooled).map(|_| Cell::Absent(()))),
    }
    cells.extend(amount_cells(&group.pooled));
    let adopted = if group.doubts.is_empty() {
        "own"
    } else {
        "pooled"
    };
    let doubts: Vec<&str> = group
        .doubts
        .iter()
        .map(|doubt| doubt.code.as_str())
        .collect();
    cells.extend([adopted.into(), doubts.join(", ").as_str().into()]);
    cells
}

fn amount_cells(amounts: &Amounts) -> [Cell; 5] {
    [
        amounts.rate_of_issued.into(),
        amounts.future.into(),
        amounts.standard_error.into(),
        amounts.deferred_revenue.into(),
        amounts.cost_provision.into(),
    ]
}

#[cfg(test)]
mod tests;
