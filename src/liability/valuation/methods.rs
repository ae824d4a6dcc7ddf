//! Every method on one triangle, as rows of a result; a refusal is a row too.

use super::Assumptions;
use crate::liability::estimate::Refusal;
use crate::liability::estimate::additive::Additive;
use crate::liability::estimate::bootstrap::Bootstrap;
use crate::liability::estimate::bornhuetter_ferguson::{bornhuetter_ferguson, cape_cod};
use crate::liability::estimate::chain_ladder::ChainLadder;
use crate::liability::estimate::competing_risks;
use crate::liability::estimate::mack::{Errors, standard_errors};
use crate::liability::estimate::matured::{matured, naive_burn_to_earn, naive_to_date};
use crate::liability::estimate::over_dispersed_poisson::OverDispersedPoisson;
use crate::liability::estimate::projection::Projection;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::triangle::Triangle;
use crate::liability::measure::MeasureError;
use crate::liability::measure::basis::{Deferred, OfIssued};
use crate::liability::measure::deferred_revenue::{Standing, liability};
use crate::liability::statement::distribution::{Distribution, LEAST_DRAWS, Source, empirical};
use crate::results::estimate::{Method, MethodError};

/// The method whose estimate is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    Additive,
    ChainLadder,
    BornhuetterFerguson,
    CapeCod,
}

impl Booked {
    pub const fn name(self) -> &'static str {
        match self {
            Booked::Additive => "additive",
            Booked::ChainLadder => "chain_ladder",
            Booked::BornhuetterFerguson => "bornhuetter_ferguson",
            Booked::CapeCod => "cape_cod",
        }
    }

    /// The estimate of this method on a triangle.
    pub fn project(self, triangle: &Triangle, with: &Assumptions) -> Result<Projection, Refusal> {
        let ladder = || ChainLadder::fit(triangle, with.tail);
        match self {
            Booked::Additive => {
                Ok(Additive::fit_with_tail(triangle, &with.prior, with.tail)?.projection)
            }
            Booked::ChainLadder => Ok(ladder()?.projection),
            Booked::BornhuetterFerguson => {
                let rate = with.prior_rate.ok_or(NO_PRIOR)?;
                bornhuetter_ferguson(triangle, &ladder()?, OfIssued(rate))
            }
            Booked::CapeCod => Ok(cape_cod(triangle, &ladder()?)?.1),
        }
    }
}

const NO_PRIOR: Refusal = Refusal::Argument {
    what: "prior redemption rate of issued points",
    value: f64::NAN,
    wanted: "stated",
};

/// All rows, and what the tables go on with.
pub struct Estimated {
    pub rows: Vec<Method>,
    pub booked: Option<Projection>,
    /// Chain ladder's future points and its error under the rule in use.
    pub mack: Option<(f64, f64)>,
    pub bootstrap: Option<Distribution>,
    /// How many draws the bootstrap had where they were too few for it to be shown; none where there were enough, or none
    /// were asked for.
    pub too_few_draws: Option<usize>,
}

/// Runs everything.
///
/// # Errors
/// If a price or cost makes no sense.
pub fn all(
    triangle: &Triangle,
    with: &Assumptions,
    draw: &dyn Fn(&Bootstrap) -> Vec<f64>,
) -> Result<Estimated, MeasureError> {
    let mut rows = vec![additive(triangle, with)];
    let ladder = ChainLadder::fit(triangle, with.tail);
    let (row, mack) = chain_ladder(triangle, with, &ladder);
    rows.push(row);
    rows.push(match (&ladder, with.prior_rate) {
        (Ok(pattern), Some(rate)) => {
            let found = bornhuetter_ferguson(triangle, pattern, OfIssued(rate));
            row_of("bornhuetter_ferguson", triangle, with, found, vec![])
        }
        (Ok(_), None) => refused("bornhuetter_ferguson", "no prior redemption rate is stated"),
        (Err(error), _) => refused("bornhuetter_ferguson", &error.to_string()),
    });
    let pooled = match &ladder {
        Ok(pattern) => cape_cod(triangle, pattern).map(|found| found.1),
        Err(error) => Err(error.clone()),
    };
    rows.push(row_of("cape_cod", triangle, with, pooled, vec![]));
    let risks = competing_risks::project(triangle, with.tail);
    rows.push(row_of("competing_risks", triangle, with, risks, vec![]));
    let old = matured(triangle, with.matured_age).map(|found| found.projection);
    rows.push(row_of("matured_average", triangle, with, old, vec![]));
    let (row, bootstrap, too_few_draws) = poisson(triangle, with, draw);
    rows.push(row);
    rows.push(naive("naive_redeemed_to_date", naive_to_date(triangle)));
    rows.push(naive("naive_burn_to_earn", naive_burn_to_earn(triangle)));
    Ok(Estimated {
        rows,
        booked: with.booked.project(triangle, with).ok(),
        mack,
        bootstrap,
        too_few_draws,
    })
}

fn additive(triangle: &Triangle, with: &Assumptions) -> Method {
    let fitted = Additive::fit_with_tail(triangle, &with.prior, with.tail);
    let errors = fitted.as_ref().map_or(vec![], |fitted| {
        let rules = SigmaRule::BOTH.into_iter();
        rules
            .filter_map(|rule| {
                let (by_origin, all) = fitted.standard_errors(triangle, rule).ok()?;
                Some(error(rule.name(), all, &by_origin))
            })
            .collect()
    });
    row_of(
        "additive",
        triangle,
        with,
        fitted.map(|fitted| fitted.projection),
        errors,
    )
}

fn chain_ladder(
    triangle: &Triangle,
    with: &Assumptions,
    ladder: &Result<ChainLadder, Refusal>,
) -> (Method, Option<(f64, f64)>) {
    let mut errors = Vec::new();
    let mut used = None;
    if let Ok(ladder) = ladder {
        for rule in SigmaRule::BOTH {
            let Ok(found) = standard_errors(triangle, ladder, rule) else {
                continue;
            };
            if rule == with.sigma_rule {
                used = Some((ladder.projection.reserve(), found.all.total()));
            }
            errors.push(error(rule.name(), found.all, &found.by_origin));
        }
    }
    let projection = match ladder {
        Ok(ladder) => Ok(ladder.projection.clone()),
        Err(error) => Err(error.clone()),
    };
    (
        row_of("chain_ladder", triangle, with, projection, errors),
        used,
    )
}

fn poisson(
    triangle: &Triangle,
    with: &Assumptions,
    draw: &dyn Fn(&Bootstrap) -> Vec<f64>,
) -> (Method, Option<Distribution>, Option<usize>) {
    let code = "over_dispersed_poisson";
    let model = match OverDispersedPoisson::fit(triangle) {
        Ok(model) => model,
        Err(error) => return (refused(code, &error.to_string()), None, None),
    };
    let mut errors = vec![error("analytic", model.all, &model.by_origin)];
    let drawn = Bootstrap::prepare(triangle, &model).ok();
    let draws = drawn.map_or(vec![], |prepared| draw(&prepared));
    let distribution = empirical(Source::Bootstrap, &draws);
    let too_few = Some(draws.len()).filter(|count| (1..LEAST_DRAWS).contains(count));
    if let Some(found) = &distribution {
        errors.push(MethodError {
            rule: "bootstrap".to_owned(),
            total: found.sd,
            process: None,
            parameter: None,
            by_origin: vec![],
        });
    }
    (
        row_of(code, triangle, with, Ok(model.projection), errors),
        distribution,
        too_few,
    )
}

fn error(rule: &str, all: Errors, by_origin: &[Errors]) -> MethodError {
    MethodError {
        rule: rule.to_owned(),
        total: all.total(),
        process: Some(all.process),
        parameter: Some(all.parameter),
        by_origin: by_origin.iter().map(Errors::total).collect(),
    }
}

fn refused(code: &str, reason: &str) -> Method {
    Method {
        code: code.to_owned(),
        naive: false,
        refused: Some(reason.to_owned()),
        rate_of_issued: None,
        rate_of_outstanding: None,
        ultimate: None,
        future: None,
        future_by_origin: vec![],
        errors: vec![],
        deferred_revenue: None,
        cost_provision: None,
    }
}

fn naive(code: &str, found: Result<OfIssued, Refusal>) -> Method {
    match found {
        Ok(rate) => Method {
            naive: true,
            refused: None,
            rate_of_issued: Some(rate.0),
            ..refused(code, "")
        },
        Err(error) => Method {
            naive: true,
            ..refused(code, &error.to_string())
        },
    }
}

pub(super) fn row_of(
    code: &str,
    triangle: &Triangle,
    with: &Assumptions,
    found: Result<Projection, Refusal>,
    errors: Vec<MethodError>,
) -> Method {
    let projection = match found {
        Ok(projection) => projection,
        Err(error) => return refused(code, &error.to_string()),
    };
    let future = projection.reserve();
    let issued: Option<f64> = triangle.issued().map(|issued| issued.iter().sum());
    let outstanding: Option<f64> = (0..triangle.rows())
        .map(|row| triangle.outstanding(row))
        .sum();
    Method {
        refused: None,
        rate_of_issued: issued
            .filter(|p| *p > 0.0)
            .map(|p| projection.ultimate() / p),
        rate_of_outstanding: outstanding.filter(|o| *o > 0.0).map(|o| future / o),
        ultimate: Some(projection.ultimate()),
        future: Some(future),
        future_by_origin: projection.reserves(),
        errors,
        deferred_revenue: deferred(triangle, with, &projection),
        cost_provision: with
            .cost_per_point
            .map(|cost| reachable(triangle, &projection) * cost),
        ..refused(code, "")
    }
}

/// Future redemptions of an origin that its points allow: none below zero, none beyond what is outstanding.
pub(super) fn allowed(triangle: &Triangle, row: usize, future: f64) -> f64 {
    let left = triangle.outstanding(row).unwrap_or(f64::INFINITY);
    future.min(left).max(0.0)
}

/// The same of all origins: what a provision is made for.
pub(super) fn reachable(triangle: &Triangle, projection: &Projection) -> f64 {
    let reserves = projection.reserves().into_iter().enumerate();
    reserves
        .map(|(row, future)| allowed(triangle, row, future))
        .sum()
}

/// Deferred revenue of all vintages, unrounded; none without prices or where redemptions exceed what was issued.
pub(super) fn deferred(
    triangle: &Triangle,
    with: &Assumptions,
    projection: &Projection,
) -> Option<f64> {
    let price = with.price_per_point?;
    let issued = triangle.issued()?;
    let mut sum = 0.0;
    for (row, (points, ultimate)) in issued.iter().zip(projection.ultimates()).enumerate() {
        let redeemed = triangle.latest(row).1;
        let future = (ultimate - redeemed).max(0.0);
        let left = triangle.outstanding(row)?;
        let found = Standing::reconcile(redeemed, left, ultimate.max(0.0), future).ok()?;
        sum += liability(Deferred::new(points * price), &found.standing)
            .ok()?
            .value();
    }
    Some(sum)
}
