//! Segments: purchase rates, laws of leaving, baskets and correlations.

use super::Context;
use super::market::shares_add_to_one;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::model::{
    Basket, Between, Correlation, Lifetime, Segment, TenureCurves, TenurePoint, Within,
};
use crate::scenario::raw;
use crate::scenario::raw::message::shown;
use crate::scenario::raw::tables::NumberOr;
use crate::scenario::raw::written::Number;

pub fn segments(context: &mut Context<'_>) -> Vec<Segment> {
    let raw = &context.raw.segment;
    shares(context);
    raw.iter()
        .map(|segment| {
            let (rate_mean, rate_shape) = match &segment.purchases_per_year {
                NumberOr::Number(mean) => (mean.value / 12.0, None),
                NumberOr::Table(gamma) => (gamma.mean.value / 12.0, Some(gamma.shape.value)),
            };
            Segment {
                name: segment.name.value.clone(),
                share: segment.share.as_ref().map_or(1.0, |share| share.value),
                rate_mean,
                rate_shape,
                lifetime: lifetime(context, &segment.lifetime),
                basket: basket(context, &segment.basket),
                margin_rate: segment.margin_rate.value,
                correlation: correlation(context, segment),
                tenure: tenure(context, segment),
            }
        })
        .collect()
}

/// Sorted by years, which are different for each point.
fn tenure(context: &mut Context<'_>, raw: &raw::segment::Segment) -> TenureCurves {
    let mut points: Vec<TenurePoint> = raw
        .tenure
        .iter()
        .map(|point| TenurePoint {
            months: point.years.value as f64 * 12.0,
            basket: point.basket.value,
            cost_to_serve: context.minor_real(&point.cost_to_serve) / 12.0,
        })
        .collect();
    points.sort_by(|a, b| a.months.total_cmp(&b.months));
    TenureCurves { points }
}

fn shares(context: &mut Context<'_>) {
    let raw = &context.raw.segment;
    let stated: Vec<&Number> = raw.iter().filter_map(|s| s.share.as_ref()).collect();
    if raw.len() > 1 {
        for segment in raw.iter().filter(|segment| segment.share.is_none()) {
            context.reader.push(
                Diagnostic::error(
                    Code::MissingKey,
                    format!("segment {} needs `share`", segment.name.value),
                    segment.span.clone(),
                )
                .expecting(
                    "the share of customers in this segment; only a single segment needs none",
                ),
            );
        }
    }
    if stated.len() == raw.len() {
        shares_add_to_one(context, "segments", &stated);
    }
}

/// A law whose mean is infinite cannot fill an opening base without a beginning.
fn needs_company_age(context: &mut Context<'_>, shape: &Number, law: &str) {
    let has_base = context.opening().is_some_and(|customers| customers > 0);
    if has_base
        && shape.valid
        && shape.value <= 1.0
        && context.raw.market.company_age_years.is_none()
    {
        context.reader.push(
            Diagnostic::error(
                Code::MissingKey,
                format!(
                    "[market] needs `company_age_years`: with {law} = {} the mean lifetime is infinite",
                    shown(shape.value)
                ),
                shape.at.span.clone(),
            )
            .expecting("how long customers have been arriving, for example company_age_years = 25")
            .with_help("a constant inflow since ever would have left infinitely many customers"),
        );
    }
}

fn lifetime(context: &mut Context<'_>, raw: &raw::lifetime::Lifetime) -> Lifetime {
    if !raw.model.valid {
        return Lifetime::Never;
    }
    match raw.model.value {
        "constant" => Lifetime::Constant {
            hazard: raw.hazard_per_year.value / 12.0,
        },
        "pareto" => {
            needs_company_age(context, &raw.shape, "a Pareto shape");
            Lifetime::Pareto {
                shape: raw.shape.value,
                scale_months: raw.scale_years.value * 12.0,
            }
        }
        "beta_monthly" => {
            needs_company_age(context, &raw.a, "a");
            Lifetime::BetaMonthly {
                a: raw.a.value,
                b: raw.b.value,
            }
        }
        "bg" => {
            refuse_bg_base(context, raw);
            Lifetime::Bg {
                a: raw.a.value,
                b: raw.b.value,
            }
        }
        _ => Lifetime::Never,
    }
}

fn refuse_bg_base(context: &mut Context<'_>, raw: &raw::lifetime::Lifetime) {
    if context.opening().is_some_and(|customers| customers > 0) {
        context.reader.push(
            Diagnostic::error(
                Code::Unsuitable,
                "lifetime \"bg\" cannot have customers at the start",
                raw.model.at.span.clone(),
            )
            .expecting("market.customers = 0 and arrivals only, or model = \"pareto\"")
            .with_help(
                "under \"bg\" customers leave only after purchases, so a program that makes them buy more also makes them \
                 leave sooner: it is here to check published tables, not to judge a program",
            ),
        );
    }
}

fn basket(context: &mut Context<'_>, raw: &raw::basket::Basket) -> Basket {
    if raw.model.value == "gamma_gamma" {
        let (p, q, gamma) = (raw.p.value, raw.q.value, raw.gamma.value);
        // Fader and Hardie 2013: the mean over customers of nu's inverse times p.
        let mean = p * gamma / (q - 1.0) * context.currency.minor_per_major() as f64;
        check_basket_mean(context, mean, &raw.gamma);
        return Basket {
            mean,
            between: Between::InverseGamma { shape: q },
            within: Within::Gamma { shape: p },
        };
    }
    let mean = context.minor_real(&raw.mean);
    check_basket_mean(context, mean, &raw.mean);
    let between = raw.between_cv.value;
    let within = raw.within_cv.value;
    Basket {
        mean,
        between: match raw.between.value {
            _ if between == 0.0 => Between::Constant,
            // The squared coefficient of variation of an inverse gamma is 1 / (shape - 2).
            "inverse_gamma" => Between::InverseGamma {
                shape: 2.0 + 1.0 / (between * between),
            },
            _ => Between::Lognormal { cv: between },
        },
        within: match raw.within.value {
            _ if within == 0.0 => Within::Constant,
            "lognormal" => Within::Lognormal { cv: within },
            _ => Within::Gamma {
                shape: 1.0 / (within * within),
            },
        },
    }
}

/// The tail of a basket law must stay below the largest amount, so its mean must stay well below.
fn check_basket_mean(context: &mut Context<'_>, mean_minor: f64, place: &Number) {
    let most = super::money::MAX_MINOR / 1e4;
    if place.valid && !(mean_minor > 0.0 && mean_minor <= most) {
        let major = context.currency.minor_per_major() as f64;
        context.reader.push(
            Diagnostic::error(
                Code::TooLarge,
                format!("a mean basket of {}", shown(mean_minor / major)),
                place.at.span.clone(),
            )
            .expecting(format!("more than 0, at most {}", shown(most / major))),
        );
    } else if place.valid && mean_minor < 1.0 {
        let major = context.currency.minor_per_major() as f64;
        context.reader.push(
            Diagnostic::warning(
                Code::Implausible,
                format!(
                    "a mean basket of {}, less than the smallest coin",
                    shown(mean_minor / major)
                ),
                place.at.span.clone(),
            )
            .with_help("purchases are rounded to whole coins: most of them would be of nothing"),
        );
    }
}

fn correlation(context: &mut Context<'_>, segment: &raw::segment::Segment) -> Correlation {
    let raw = &segment.correlation;
    let (ra, rb, ab) = (
        raw.rate_attrition.value,
        raw.rate_basket.value,
        raw.attrition_basket.value,
    );
    let determinant = 1.0 + 2.0 * ra * rb * ab - ra * ra - rb * rb - ab * ab;
    let all = [&raw.rate_attrition, &raw.rate_basket, &raw.attrition_basket];
    if all.iter().all(|number| number.valid) && determinant <= 1e-9 {
        context.reader.push(
            Diagnostic::error(
                Code::Inconsistent,
                "no three traits can have these correlations",
                raw.span.clone(),
            )
            .expecting("a positive definite matrix")
            .with_help("two traits that both follow a third cannot oppose each other; bring the numbers closer to 0"),
        );
    }
    let even_rate = matches!(segment.purchases_per_year, NumberOr::Number(_));
    let even_leaving = matches!(segment.lifetime.model.value, "never" | "constant");
    let even_basket =
        segment.basket.model.value == "moments" && segment.basket.between_cv.value == 0.0;
    let unread = [
        (even_rate || even_leaving, all[0]),
        (even_rate || even_basket, all[1]),
        (even_leaving || even_basket, all[2]),
    ];
    for (without_variation, number) in unread {
        if without_variation && number.is_given() && number.value != 0.0 {
            context.reader.push(
                Diagnostic::error(
                    Code::NotRead,
                    "a correlation with a trait that is the same for all customers",
                    number.at.span.clone(),
                )
                .with_help("remove it, or let the trait vary across customers"),
            );
        }
    }
    Correlation {
        rate_attrition: ra,
        rate_basket: rb,
        attrition_basket: ab,
    }
}
