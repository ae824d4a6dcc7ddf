//! What changes with the time a customer has stayed: flat unless stated.

use super::{Scenario, Segment};
use serde::{Deserialize, Serialize};

/// Points of two piecewise linear curves over the years since arrival; flat before the first and after the last. A
/// property of the market, the same in every world: by itself it makes no program better.
///
/// Empty by default: long tenure and profit are correlated weakly, and mostly because good customers stay (Reinartz &
/// Kumar 2000, Journal of Marketing 64).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TenureCurves {
    /// By increasing years.
    pub points: Vec<TenurePoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TenurePoint {
    /// Months since arrival.
    pub months: f64,
    /// Multiplies the mean basket.
    pub basket: f64,
    /// Minor units per customer and month, at the prices of month 0.
    pub cost_to_serve: f64,
}

impl TenureCurves {
    /// Multiplier of the basket of a customer so many months after arrival.
    pub fn basket(&self, months: f64) -> f64 {
        self.at(months, 1.0, |point| point.basket)
    }

    /// Cost of serving a customer so many months after arrival, minor units per month.
    pub fn cost_to_serve(&self, months: f64) -> f64 {
        self.at(months, 0.0, |point| point.cost_to_serve)
    }

    /// Cost of serving a customer from one age to another (months), minor units: the exact integral of the curve.
    pub fn cost_between(&self, from: f64, to: f64) -> f64 {
        // Linear between the corners, so that the trapezoids are exact.
        let corners = self.points.iter().map(|point| point.months);
        let inside = corners.filter(|corner| *corner > from && *corner < to);
        let (mut at, mut cost) = (from, 0.0);
        for next in inside.chain(std::iter::once(to)) {
            let mean = 0.5 * (self.cost_to_serve(at) + self.cost_to_serve(next));
            cost += mean * (next - at).max(0.0);
            at = next;
        }
        cost
    }

    fn at(&self, months: f64, flat: f64, of: fn(&TenurePoint) -> f64) -> f64 {
        let after = self.points.partition_point(|point| point.months <= months);
        match (
            after.checked_sub(1).and_then(|i| self.points.get(i)),
            self.points.get(after),
        ) {
            (Some(before), Some(next)) => {
                let way = (months - before.months) / (next.months - before.months);
                of(before) + way * (of(next) - of(before))
            }
            (Some(only), None) | (None, Some(only)) => of(only),
            (None, None) => flat,
        }
    }
}

impl Scenario {
    /// The largest mean basket of any customer of a segment, minor units: at the tenure where it is largest, under all
    /// effects, of an account recommended to.
    pub fn largest_mean_basket(&self, segment: &Segment) -> f64 {
        let tenure = segment.tenure.points.iter().map(|point| point.basket);
        let referrals = self.programs.iter().filter_map(|p| p.referral.as_ref());
        let sizes = referrals.map(|referral| referral.size_factor);
        let behavior = &self.behavior;
        let effects = (1.0 + behavior.stated_lift.basket.max(0.0))
            * (1.0 + behavior.referred.basket_premium.max(0.0));
        segment.basket.mean
            * tenure.fold(1.0, f64::max)
            * sizes.fold(1.0, f64::max)
            * libm::pow(effects, behavior.effect_multiplier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> TenureCurves {
        let point = |months, basket, cost_to_serve| TenurePoint {
            months,
            basket,
            cost_to_serve,
        };
        TenureCurves {
            points: vec![point(0.0, 1.0, 300.0), point(24.0, 1.2, 100.0)],
        }
    }

    #[test]
    fn curves_are_linear_between_points_and_flat_beyond() {
        let curves = curves();
        assert_eq!(curves.basket(-5.0), 1.0);
        assert!((curves.basket(12.0) - 1.1).abs() < 1e-15);
        assert_eq!(curves.basket(24.0), 1.2);
        assert_eq!(curves.basket(400.0), 1.2);
        assert_eq!(curves.cost_to_serve(6.0), 250.0);
        let flat = TenureCurves::default();
        assert_eq!((flat.basket(7.0), flat.cost_to_serve(7.0)), (1.0, 0.0));
    }

    #[test]
    fn cost_is_the_area_below_the_curve() {
        let curves = curves();
        // A trapezoid of 24 months from 300 to 100, then 6 months of 100.
        assert!((curves.cost_between(0.0, 30.0) - (24.0 * 200.0 + 600.0)).abs() < 1e-9);
        assert!((curves.cost_between(12.0, 18.0) - 6.0 * 175.0).abs() < 1e-9);
        assert_eq!(curves.cost_between(5.0, 5.0), 0.0);
        let halves = curves.cost_between(3.0, 20.0) + curves.cost_between(20.0, 40.0);
        assert!((halves - curves.cost_between(3.0, 40.0)).abs() < 1e-9);
    }
}
