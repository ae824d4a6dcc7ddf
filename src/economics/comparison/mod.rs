//! Programs against each other and against none: paired differences, simultaneous intervals, and who is best.
//!
//! **Intervals.** A difference is taken batch by batch, so what two lives of the same customers have in common cancels, and
//! its error has Student's t with batches − 1 degrees. All pairs of contenders and all constraints are looked at before
//! somebody is called best, so their intervals must hold together: each takes the confidence 1 − 0.05/m, m being their
//! number (Bonferroni's inequality; Miller, *Simultaneous Statistical Inference*, 1981). It needs nothing of how the differences
//! depend on each other, which 32 batches could hardly tell, and costs little: with three programs and none, 2.8 standard
//! errors against 2.7 by the distribution of the largest t.
//!
//! **Marks** are under best estimates: luck is in the intervals, what is not known about the customers is not.

mod bridge;
mod contender;
mod goal;
mod metric;
#[cfg(test)]
mod tests;

pub(crate) use contender::Field;
pub use goal::{Constraint, Goal, Maximize};
pub use metric::Metric;

use super::checks::Counter;
use super::lines::levels_of;
use super::payback::Payback;
use super::program::Subject;
use super::scale::Sample;
use crate::economics::outstanding;
use crate::engine::flow::Flow;
use crate::results::{
    Check, Comparison, ConstraintResult, Mark, Named, Number, PairResult, Series, Standing, Truth,
    Unit,
};
use crate::statistics::estimate::simultaneous_t;
use bridge::Steps;
use contender::Contender;

/// Joint confidence of the intervals of a comparison.
const CONFIDENCE: f64 = 0.95;

/// Compares the programs, with their control checks; none where there are fewer than two.
pub(crate) fn compare(
    field: &Field,
    subjects: &[Subject],
    goal: &Goal,
) -> Option<(Comparison, Vec<Check>)> {
    if subjects.len() < 2 {
        return None;
    }
    let none = field.baseline.map(|baseline| Contender {
        name: "world_0",
        world: baseline.world,
        cash: &baseline.cash,
        book: &baseline.book,
        subject: None,
    });
    let programs = subjects.iter().map(|subject| Contender {
        name: &subject.program.name,
        world: subject.world,
        cash: subject.cash,
        book: subject.book,
        subject: Some(subject),
    });
    let contenders: Vec<Contender> = none.into_iter().chain(programs).collect();
    let count = contenders.len();
    let intervals = count * (count - 1) / 2 + count * goal.subject_to.len();
    let intervals = u32::try_from(intervals).unwrap_or(u32::MAX);
    let study = Study {
        field,
        goal,
        factor: factor(field.writer.market.degrees(), intervals),
        courses: contenders.iter().map(|c| Course::new(c, field)).collect(),
        contenders,
    };
    let (pairs, checks) = study.pairs();
    let (standings, best_program) = study.standings(&pairs);
    let comparison = Comparison {
        goal: goal.row(),
        confidence: CONFIDENCE,
        intervals,
        factor: study.factor,
        standings,
        best_program,
        pairs,
    };
    Some((comparison, checks))
}

/// Standard errors on either side of each of `intervals` intervals that hold together; none without degrees of freedom.
fn factor(degrees: usize, intervals: u32) -> Option<f64> {
    let degrees = u32::try_from(degrees).ok().filter(|d| *d > 0)?;
    Some(simultaneous_t(CONFIDENCE, degrees, intervals)).filter(|t| t.is_finite())
}

/// The interval of a difference that holds together with the others.
fn simultaneous(sample: &Sample, factor: Option<f64>) -> Option<[f64; 2]> {
    let half = factor? * sample.standard_error()?;
    Some([sample.total - half, sample.total + half])
}

struct Study<'a> {
    field: &'a Field<'a>,
    goal: &'a Goal,
    contenders: Vec<Contender<'a>>,
    /// Of each contender.
    courses: Vec<Course>,
    factor: Option<f64>,
}

/// What is followed month by month; empty for world 0.
struct Course {
    net_value: Vec<Sample>,
    customers: Vec<Sample>,
    points: Vec<Sample>,
}

impl Course {
    fn new(contender: &Contender, field: &Field) -> Course {
        let market = field.writer.market;
        match contender.subject {
            Some(subject) => Course {
                net_value: field
                    .baseline
                    .map(|b| subject.course(b).cumulative(true).values)
                    .unwrap_or_default(),
                customers: levels_of(market, contender.world, Flow::CustomersDelta),
                points: outstanding::outstanding_by_month(market, contender.world),
            },
            None => Course {
                net_value: Vec::new(),
                customers: Vec::new(),
                points: Vec::new(),
            },
        }
    }
}

impl Study<'_> {
    fn pairs(&self) -> (Vec<PairResult>, Vec<Check>) {
        let (mut pairs, mut checks) = (Vec::new(), Vec::new());
        for from in 0..self.contenders.len() {
            for to in from + 1..self.contenders.len() {
                let (pair, steps) = self.pair(from, to);
                checks.extend(steps.map(|steps| ties(&pair, &steps)));
                pairs.push(pair);
            }
        }
        (pairs, checks)
    }

    /// Difference in a metric; one in net present value includes the cost of a book that both redeem.
    fn difference(&self, metric: Metric, from: usize, to: usize) -> Option<Sample> {
        let [a, b] = [from, to].map(|i| &self.contenders[i]);
        let difference = metric.of(b, self.field)?.minus(&metric.of(a, self.field)?);
        if metric == Metric::Npv && a.shares_book(b) {
            let [of_a, of_b] = [a, b].map(|c| c.opening_rewards(self.field));
            return Some(difference.minus(&of_b.minus(&of_a)));
        }
        Some(difference)
    }

    fn pair(&self, from: usize, to: usize) -> (PairResult, Option<Steps>) {
        let [a, b] = [from, to].map(|i| &self.contenders[i]);
        let world = format!("{} - {}", b.name, a.name);
        let metric = self.goal.maximize.metric();
        let difference = self.difference(metric, from, to);
        let mut pair = PairResult {
            from: a.name.into(),
            to: b.name.into(),
            from_program: a.program(),
            to_program: b.program(),
            simultaneous: difference
                .as_ref()
                .and_then(|d| simultaneous(d, self.factor))
                .map(|ends| ends.map(|end| end / self.scale(metric))),
            goal: self.named(metric, difference.as_ref(), &world).number,
            shares_opening_book: a.shares_book(b),
            metrics: Vec::new(),
            bridge: Vec::new(),
            monthly: Vec::new(),
        };
        if a.subject.is_none() {
            return (pair, None);
        }
        let told = |m: Metric| self.named(m, self.difference(m, from, to).as_ref(), &world);
        pair.metrics = Metric::ALL.into_iter().map(told).collect();
        pair.monthly = self.monthly(from, to, &world);
        let steps = self.steps(from, to);
        if let Some(steps) = &steps {
            pair.bridge = steps.items.clone();
        }
        (pair, steps)
    }

    fn steps(&self, from: usize, to: usize) -> Option<Steps> {
        let [a, b] = [from, to].map(|i| &self.contenders[i]);
        let difference = self.difference(Metric::Npv, from, to)?;
        let pillar = |contender: &Contender| {
            let npv = Metric::Npv.of(contender, self.field)?;
            Some(match a.shares_book(b) {
                true => npv.minus(&contender.opening_rewards(self.field)),
                false => npv,
            })
        };
        let (first, last) = (pillar(a)?, pillar(b)?);
        Some(bridge::steps(
            a,
            b,
            self.field,
            [&first, &last],
            &difference,
        ))
    }

    fn monthly(&self, from: usize, to: usize, world: &str) -> Vec<Series> {
        let [a, b] = [from, to].map(|i| &self.courses[i]);
        let series = |code: &str, a: &[Sample], b: &[Sample], unit: Unit| {
            let differences: Vec<Sample> = a.iter().zip(b).map(|(a, b)| b.minus(a)).collect();
            let told = self.field.writer.series(code, &differences, unit, world);
            (!differences.is_empty()).then_some(told)
        };
        let code = "net_value_cumulative_discounted";
        let all = [
            series(code, &a.net_value, &b.net_value, Unit::Money),
            series("customers", &a.customers, &b.customers, Unit::Customers),
            series("points_outstanding", &a.points, &b.points, Unit::Points),
        ];
        all.into_iter().flatten().collect()
    }

    fn named(&self, metric: Metric, sample: Option<&Sample>, world: &str) -> Named {
        let at = (world, metric.window(self.field));
        let at = (at.0, at.1.as_str());
        let (code, unit, base) = (metric.code(), metric.unit(), metric.base());
        let writer = self.field.writer;
        writer.maybe(code, sample, unit, at, base, "undefined")
    }

    /// Minor units in what a metric is reported in.
    fn scale(&self, metric: Metric) -> f64 {
        match metric.unit() {
            Unit::Money => self.field.writer.major,
            _ => 1.0,
        }
    }

    /// Everybody's standing, and the best of the programs alone.
    fn standings(&self, pairs: &[PairResult]) -> (Vec<Standing>, Option<usize>) {
        let metric = self.goal.maximize.metric();
        let mut standings: Vec<Standing> = self
            .contenders
            .iter()
            .enumerate()
            .map(|(index, contender)| {
                let goal = metric.of(contender, self.field);
                Standing {
                    name: contender.name.into(),
                    program: contender.program(),
                    goal: self.named(metric, goal.as_ref(), contender.name).number,
                    subject_to: self.constraints(index),
                    mark: Mark::NotSeparated,
                }
            })
            .collect();
        let feasible: Vec<Truth> = standings.iter().map(|s| all_hold(&s.subject_to)).collect();
        let better = |a: usize, b: usize| separated(pairs, &standings, a, b);
        let programs = standings.iter().zip(&feasible).map(|(s, truth)| {
            // World 0 out of the race: whoever is surely worse than it may still be the best of the programs.
            s.program.map_or(Truth::No, |_| *truth)
        });
        let among_programs = marks(&programs.collect::<Vec<Truth>>(), better);
        let best = among_programs.iter().position(|m| *m == Mark::Best);
        let best_program = best.and_then(|i| standings[i].program);
        let marks = marks(&feasible, better);
        for (standing, mark) in standings.iter_mut().zip(marks) {
            standing.mark = mark;
        }
        (standings, best_program)
    }

    fn constraints(&self, index: usize) -> Vec<ConstraintResult> {
        let result = |constraint: &Constraint| {
            let (number, ends) = self.bound(constraint.metric, index);
            let holds = match ends {
                Some(ends) => holds(constraint, ends),
                // No program has neither a return nor a payback that could break a bound.
                None if self.contenders[index].subject.is_none() => Truth::Yes,
                None => Truth::Open,
            };
            ConstraintResult {
                metric: constraint.metric.code().into(),
                number,
                simultaneous: ends.filter(|ends| ends.iter().all(|end| end.is_finite())),
                holds,
            }
        };
        self.goal.subject_to.iter().map(result).collect()
    }

    /// What a constraint looks at, a program's number against no program, and the interval it is judged by.
    fn bound(&self, metric: Metric, index: usize) -> (Number, Option<[f64; 2]>) {
        let contender = &self.contenders[index];
        let none = self.contenders.iter().position(|c| c.subject.is_none());
        if metric == Metric::Payback {
            return self.payback(contender);
        }
        let sample = match none {
            Some(none) if metric != Metric::Roi => self.difference(metric, none, index),
            _ => metric.of(contender, self.field),
        };
        let ends = sample
            .as_ref()
            .and_then(|s| simultaneous(s, self.factor))
            .map(|ends| ends.map(|end| end / self.scale(metric)));
        let number = self.named(metric, sample.as_ref(), contender.name).number;
        (number, ends)
    }

    fn payback(&self, contender: &Contender) -> (Number, Option<[f64; 2]>) {
        let batches = self.field.writer.market.batches;
        let mut number = self.named(Metric::Payback, None, contender.name).number;
        let (Some(subject), Some(baseline)) = (contender.subject, self.field.baseline) else {
            return (number, None);
        };
        match subject.course(baseline).cumulative(true).payback() {
            Payback::Never => (number, Some([f64::INFINITY; 2])),
            Payback::Months(months, error) => {
                let sample = Sample::constant(months, batches);
                number = self
                    .named(Metric::Payback, Some(&sample), contender.name)
                    .number;
                number.standard_error = error;
                let half = self.factor.zip(error).map(|(factor, error)| factor * error);
                (number, half.map(|half| [months - half, months + half]))
            }
        }
    }
}

/// Whether all of an interval keeps a bound, or none of it.
fn holds(constraint: &Constraint, [low, high]: [f64; 2]) -> Truth {
    let above = constraint.at_least.unwrap_or(f64::NEG_INFINITY);
    let below = constraint.at_most.unwrap_or(f64::INFINITY);
    if low >= above && high <= below {
        Truth::Yes
    } else if high < above || low > below {
        Truth::No
    } else {
        Truth::Open
    }
}

fn all_hold(constraints: &[ConstraintResult]) -> Truth {
    let any = |truth| constraints.iter().any(|c| c.holds == truth);
    match (any(Truth::No), any(Truth::Open)) {
        (true, _) => Truth::No,
        (_, true) => Truth::Open,
        _ => Truth::Yes,
    }
}

/// Whether contender `a` is surely better than `b`, by the interval of their pair.
fn separated(pairs: &[PairResult], standings: &[Standing], a: usize, b: usize) -> bool {
    let program = |i: usize| standings[i].program;
    pairs.iter().any(|pair| {
        let ends = (pair.from_program, pair.to_program);
        match pair.simultaneous {
            Some([low, _]) if ends == (program(b), program(a)) => low > 0.0,
            Some([_, high]) if ends == (program(a), program(b)) => high < 0.0,
            _ => false,
        }
    })
}

/// Marks of contenders from whether their constraints hold and who is surely better than whom.
fn marks(feasible: &[Truth], better: impl Fn(usize, usize) -> bool) -> Vec<Mark> {
    let others = |own: usize| (0..feasible.len()).filter(move |i| *i != own);
    let mark = |own: usize| {
        if feasible[own] == Truth::No {
            return Mark::Excluded;
        }
        if others(own).any(|i| feasible[i] == Truth::Yes && better(i, own)) {
            return Mark::Behind;
        }
        let wins = others(own).all(|i| feasible[i] == Truth::No || better(own, i));
        match feasible[own] == Truth::Yes && wins {
            true => Mark::Best,
            false => Mark::NotSeparated,
        }
    };
    (0..feasible.len()).map(mark).collect()
}

/// The bridge between two programs adds up, and its steps are their difference up to rounding.
fn ties(pair: &PairResult, steps: &Steps) -> Check {
    let subject = format!("{} - {}", pair.to, pair.from);
    let mut counter = Counter::new("comparison_ties", &subject);
    counter.holds(steps.gap == 0);
    counter.holds(steps.residual.abs() <= steps.tolerance);
    counter.done()
}
