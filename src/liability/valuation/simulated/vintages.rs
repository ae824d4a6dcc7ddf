//! The counted vintages of a simulated program: what was issued in each month of the horizon, and what became of it.

use crate::economics::scale::Market;
use crate::engine::flow::VintageFlow;
use crate::engine::tally::Tally;
use crate::liability::estimate::triangle::{Triangle, TriangleError};
use crate::scenario::model::Scenario;

/// Points of one vintage.
#[derive(Clone, Debug, Default, PartialEq)]
struct Vintage {
    name: String,
    issued: f64,
    /// By months since issue, to the horizon.
    redeemed: Vec<f64>,
    ended: Vec<f64>,
    /// After the horizon.
    redeemed_after: f64,
    ended_after: f64,
}

/// Vintages from the first month in which points were issued to the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Vintages {
    all: Vec<Vintage>,
    /// Month of the first vintage, from the start of the scenario.
    first: usize,
}

/// Share of the points *issued* that is redeemed at each age in months; the last one is everything later. None of it is
/// an estimate from a book: it is what a set of assumptions implies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    pub rates: Vec<f64>,
    /// Share of the points issued that a rule ends at each age, as far as it is known.
    pub ended: Vec<f64>,
}

impl Pattern {
    /// Redeemed in the end, of points issued.
    pub fn rate(&self) -> f64 {
        self.rates.iter().sum()
    }

    /// Redeemed from now on, of points that are outstanding when `gone` ages are over; between 0 and 1.
    pub fn rate_of_outstanding(&self, gone: usize) -> f64 {
        let from = gone.min(self.rates.len().saturating_sub(1));
        let later = |rates: &[f64]| rates.iter().skip(from).sum::<f64>();
        let ended: f64 = self.ended.iter().sum();
        let never = (1.0 - self.rate() - ended).max(0.0);
        let redeemed = later(&self.rates);
        let all = redeemed + later(&self.ended) + never;
        if all > 0.0 { redeemed / all } else { 0.0 }
    }
}

impl Vintages {
    /// At market scale. None where nothing was issued.
    pub fn at_market_scale(scenario: &Scenario, tally: &Tally, world: usize) -> Option<Vintages> {
        let market = Market::new(tally);
        Vintages::of(scenario, tally, |vintage, row, flow| {
            market.total(|stratum| {
                tally
                    .vintages
                    .get(&[world, stratum, vintage, row, flow as usize]) as f64
            })
        })
    }

    /// In simulated units: whole points, as a ledger of the simulated customers has them. None where nothing was issued.
    pub fn as_simulated(scenario: &Scenario, tally: &Tally, world: usize) -> Option<Vintages> {
        let strata = 0..tally.layout.strata.len();
        Vintages::of(scenario, tally, |vintage, row, flow| {
            let cell = |s| tally.vintages.get(&[world, s, vintage, row, flow as usize]);
            strata.clone().map(cell).sum::<i64>() as f64
        })
    }

    fn of(
        scenario: &Scenario,
        tally: &Tally,
        points: impl Fn(usize, usize, VintageFlow) -> f64,
    ) -> Option<Vintages> {
        let layout = &tally.layout;
        let ended = |vintage, row| {
            points(vintage, row, VintageFlow::Expired)
                + points(vintage, row, VintageFlow::Forfeited)
        };
        let vintage = |month: usize| {
            let index = layout.opening_vintages + month;
            let lived = month..layout.months;
            let after = layout.months..layout.rows();
            let redeemed = |row| points(index, row, VintageFlow::Redeemed);
            let issued = |row| {
                points(index, row, VintageFlow::IssuedBase)
                    + points(index, row, VintageFlow::IssuedBonus)
            };
            Vintage {
                name: scenario.start.plus(month as i64).to_string(),
                issued: lived.clone().map(issued).sum(),
                redeemed: lived.clone().map(redeemed).collect(),
                ended: lived.map(|row| ended(index, row)).collect(),
                redeemed_after: after.clone().map(redeemed).sum(),
                ended_after: after.map(|row| ended(index, row)).sum(),
            }
        };
        let all: Vec<Vintage> = (0..layout.months).map(vintage).collect();
        let first = all.iter().position(|vintage| vintage.issued > 0.0)?;
        Some(Vintages {
            all: all.into_iter().skip(first).collect(),
            first,
        })
    }

    /// Those issued from a month of the scenario on. None where nothing was.
    pub fn issued_from(self, month: usize) -> Option<Vintages> {
        let skip = month.saturating_sub(self.first);
        let all: Vec<Vintage> = self.all.into_iter().skip(skip).collect();
        (!all.is_empty()).then_some(Vintages {
            all,
            first: self.first.max(month),
        })
    }

    /// Months from the first vintage to the horizon.
    pub fn months(&self) -> usize {
        self.all.len()
    }

    /// Month of the first vintage, from the start of the scenario.
    pub fn first(&self) -> usize {
        self.first
    }

    /// Names of the months.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|vintage| vintage.name.as_str())
    }

    /// What was known after a number of months.
    ///
    /// # Errors
    /// Where there are too many months, or none.
    pub fn triangle(&self, months: usize) -> Result<Triangle, TriangleError> {
        let months = months.min(self.months());
        let known = &self.all[..months];
        let mut flows = Vec::new();
        let mut ended = Vec::new();
        for (origin, vintage) in known.iter().enumerate() {
            let ages = months - origin;
            let redeemed = vintage.redeemed.iter().take(ages).enumerate();
            flows.extend(redeemed.map(|(age, points)| (origin, origin + age, *points)));
            let mut sum = 0.0;
            let cumulative = vintage.ended.iter().take(ages).map(|points| {
                sum += points;
                sum
            });
            ended.push(cumulative.collect());
        }
        let names = known.iter().map(|vintage| vintage.name.clone()).collect();
        let issued = known.iter().map(|vintage| vintage.issued).collect();
        Triangle::from_flows(names, months, &flows)?
            .with_issued(issued)?
            .with_ended(ended)
    }

    /// Redeemed within the horizon.
    pub fn redeemed(&self) -> f64 {
        self.all.iter().flat_map(|vintage| &vintage.redeemed).sum()
    }

    /// Of the vintages issued in the first `months`: redeemed after these months, by vintage, run-off included.
    pub fn redeemed_after(&self, months: usize) -> Vec<f64> {
        let of = |(origin, vintage): (usize, &Vintage)| {
            let later = vintage.redeemed.iter().skip(months - origin);
            later.sum::<f64>() + vintage.redeemed_after
        };
        self.all.iter().take(months).enumerate().map(of).collect()
    }

    /// Of the vintages issued in the first `months`: in no way resolved when the run-off ended.
    pub fn unresolved(&self, months: usize) -> f64 {
        let of = |vintage: &Vintage| {
            let gone: f64 = vintage.redeemed.iter().chain(&vintage.ended).sum();
            vintage.issued - gone - vintage.redeemed_after - vintage.ended_after
        };
        self.all.iter().take(months).map(of).sum()
    }

    /// What was believed after a number of months: rates of the data by then, and of `prior` at ages nobody had seen.
    pub fn believed(&self, months: usize, prior: &Pattern) -> Pattern {
        let rate = |age: usize, of: &dyn Fn(&Vintage) -> Option<&f64>, before: f64| {
            let seen = &self.all[..months.saturating_sub(age).min(self.all.len())];
            let issued: f64 = seen.iter().map(|vintage| vintage.issued).sum();
            let points: f64 = seen.iter().filter_map(of).sum();
            if issued > 0.0 {
                points / issued
            } else {
                before
            }
        };
        let rates = prior.rates.iter().enumerate();
        let ended = prior.ended.iter().enumerate();
        Pattern {
            rates: rates
                .map(|(age, before)| rate(age, &|v| v.redeemed.get(age), *before))
                .collect(),
            ended: ended
                .map(|(age, before)| rate(age, &|v| v.ended.get(age), *before))
                .collect(),
        }
    }

    /// What these vintages imply of any: rates by age within the horizon, and of what comes later what the oldest year
    /// of vintages shows, less what younger ages have of it already.
    pub fn pattern(&self) -> Pattern {
        Pattern {
            rates: self.rates(|v| &v.redeemed, |v| v.redeemed_after),
            ended: self.rates(|v| &v.ended, |v| v.ended_after),
        }
    }

    fn rates(
        &self,
        within: impl Fn(&Vintage) -> &Vec<f64>,
        after: impl Fn(&Vintage) -> f64,
    ) -> Vec<f64> {
        let ages = self.months();
        let mut rates: Vec<f64> = (0..ages)
            .map(|age| {
                let seen = &self.all[..ages - age];
                let issued: f64 = seen.iter().map(|vintage| vintage.issued).sum();
                let points: f64 = seen.iter().filter_map(|v| within(v).get(age)).sum();
                if issued > 0.0 { points / issued } else { 0.0 }
            })
            .collect();
        let oldest = &self.all[..ages.min(12)];
        let issued: f64 = oldest.iter().map(|vintage| vintage.issued).sum();
        let mut later = 0.0;
        for vintage in oldest {
            let reached = within(vintage).len();
            let known: f64 = rates.iter().skip(reached).sum();
            later += after(vintage) - vintage.issued * known;
        }
        rates.push(if issued > 0.0 {
            (later / issued).max(0.0)
        } else {
            0.0
        });
        rates
    }
}
