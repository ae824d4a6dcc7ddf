//! `[market]`, its channels and its listed entries.

use super::key::{MAX_MONEY, integer, list, number, numbers, table, text};
use super::referral::WordOfMouth;
use super::simulation::MAX_CUSTOMERS;
use super::written::{Integer, Number, Numbers, Text};
use super::{raw_table, spec};
use crate::scenario::law::Interval;

raw_table! {
    /// The market: how many customers there are, how they arrive, and when they buy.
    pub struct Market {
        /// Customers at the start; 0 for a market that begins empty.
        customers: Integer = integer(0, MAX_CUSTOMERS).or(0.0).unit("customers");
        /// The opening customers arrived at a constant rate over this many years; required when the law of leaving has
        /// so long a tail that the past inflow would otherwise be infinite. 0: all of them are new.
        company_age_years: Option<Number> = number(Interval::closed(0.0, 200.0)).optional().unit("years");
        /// New customers per year, all channels together.
        arrivals_per_year: Number = number(Interval::closed(0.0, 1e10)).or(0.0).unit("customers per year");
        /// Cost of one arrival, the same with and without a program; a channel may state its own.
        arrival_cost: Number = number(Interval::closed(0.0, MAX_MONEY)).or(0.0).unit("currency per customer");
        /// Multipliers of the purchase rate by calendar month, January first, mean 1.
        seasonality: Numbers = numbers(12, Interval::closed(0.0, 12.0))
            .or_numbers(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        /// Growth of every customer's purchase rate, until the horizon.
        trend_per_year: Number = number(Interval::closed(-0.5, 1.0)).or(0.0).unit("per year");
        /// Where arrivals come from; shares add to 1. Without any, all arrive in one channel.
        channel: Vec<Channel> = list(spec::<Channel>, "name", 200);
        /// Arrivals listed by day, in place of `arrivals_per_year`.
        entry: Vec<Entry> = list(spec::<Entry>, "day", 4000);
        /// Friends who come because a customer talks, with or without a program.
        word_of_mouth: WordOfMouth = table(spec::<WordOfMouth>);
    }
}

raw_table! {
    /// A channel of arrival.
    pub struct Channel {
        /// Name of the channel.
        name: Text = text();
        /// Share of arrivals.
        share: Number = number(Interval::above(0.0, 1.0));
        /// Cost of one arrival in this channel; without it, that of the market.
        arrival_cost: Option<Number> =
            number(Interval::closed(0.0, MAX_MONEY)).optional().unit("currency per customer");
        /// Multiplies the purchase rate of those who arrive here.
        purchase_factor: Number = number(Interval::above(0.0, 100.0)).or(1.0);
        /// Multiplies their hazard of leaving.
        attrition_factor: Number = number(Interval::above(0.0, 100.0)).or(1.0);
    }
}

raw_table! {
    /// Arrivals of one day.
    pub struct Entry {
        /// Day counted from the first of `start`, which is day 0; a year has 365.
        day: Integer = integer(0, 18_250).unit("days");
        /// Customers who arrive that day.
        count: Integer = integer(1, MAX_CUSTOMERS).unit("customers");
    }
}
