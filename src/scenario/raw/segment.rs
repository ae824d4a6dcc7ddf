//! `[[segment]]`.

use super::basket::Basket;
use super::key::{list, number, number_or_table, table, text};
use super::lifetime::Lifetime;
use super::tables::NumberOr;
use super::tenure::Tenure;
use super::written::{Number, Text};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

/// Most purchases per year of an average customer: more than five a day.
pub const MAX_PURCHASES: f64 = 2000.0;

raw_table! {
    /// A kind of customers.
    pub struct Segment {
        /// Name of the segment.
        name: Text = text();
        /// Share of the opening customers and of arrivals; a single segment needs none.
        share: Option<Number> = number(Interval::above(0.0, 1.0)).optional();
        /// Purchases per year of an active customer: a number for all alike, or mean and shape of a gamma law across
        /// customers.
        purchases_per_year: NumberOr<Purchases> =
            number_or_table(Interval::above(0.0, MAX_PURCHASES), spec::<Purchases>).unit("purchases per year");
        /// How customers leave.
        lifetime: Lifetime = table(spec::<Lifetime>).required();
        /// Money of one purchase.
        basket: Basket = table(spec::<Basket>).required();
        /// Gross margin as a share of the price.
        margin_rate: Number = number(Interval::closed(0.0, 1.0));
        /// Correlations between the traits of a customer.
        correlation: Correlation = table(spec::<Correlation>);
        /// What changes with the time a customer has stayed; without any point, nothing.
        tenure: Vec<Tenure> = list(spec::<Tenure>, "years", 20);
    }
}

raw_table! {
    /// Purchases per year, different from customer to customer.
    pub struct Purchases {
        /// Mean across customers.
        mean: Number = number(Interval::above(0.0, MAX_PURCHASES)).unit("purchases per year");
        /// Shape of the gamma law across customers: 1 is exponential, smaller is more unequal.
        shape: Number = number(Interval::closed(0.02, 1000.0));
    }
}

raw_table! {
    /// Gaussian copula between the traits of a customer; the matrix must be positive definite.
    pub struct Correlation {
        /// Purchase rate with hazard of leaving.
        rate_attrition: Number = number(Interval::closed(-0.99, 0.99)).or(0.0);
        /// Purchase rate with mean basket.
        rate_basket: Number = number(Interval::closed(-0.99, 0.99)).or(0.0);
        /// Hazard of leaving with mean basket.
        attrition_basket: Number = number(Interval::closed(-0.99, 0.99)).or(0.0);
    }
}
