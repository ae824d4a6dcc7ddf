//! The book of points that a program's own past left: `[program.opening] from = "run"`.
//!
//! The market of the scenario lives the months before month 0 under the rules the program then has: those alive at the
//! beginning of that past, and those who arrive in it. What is outstanding at month 0 is the book, by month of issue, and
//! apart what is held by customers who had left. From there it is dealt like a book that was stated: to those alive at
//! month 0 in proportion to expected issue, and to one account per vintage of those who left. So the book, its ages, the
//! share of leavers and that of members who never redeem are those of the program's own past; who among the others holds
//! which of its points is not remembered.
//!
//! The past has no trend (rates are those of month 0), and its own base has the ages of the opening base: a company that
//! was as it is.

use super::EngineError;
use super::family::Workspace;
use super::observe::{Event, EventKind, Observer};
use super::plan::Plan;
use super::tally::{StratumKind, World};
use crate::population::Person;
use crate::scenario::model::{OpeningVintage, Program, Scenario};
use std::collections::VecDeque;

/// Customers of the past that are simulated, at most: its book is known to about one percent.
const MOST: u64 = 20_000;

impl Plan {
    /// The plan of a scenario; the pasts that leave opening books are lived first.
    ///
    /// # Errors
    /// [`EngineError::Limit`] where the scenario cannot be simulated as asked (an empty stratum with a stated number, a
    /// tally beyond the memory limit, an opening book nobody can hold), or where a past leaves no points.
    pub fn new(scenario: &Scenario) -> Result<Plan, EngineError> {
        let filled = lived(scenario)?;
        Plan::of_known_books(filled.as_ref().unwrap_or(scenario))
    }
}

/// The scenario with the books of its programs' pasts. None where no program has one to be lived.
///
/// # Errors
/// As [`Plan::new`] for the past, and where a past leaves no points.
pub fn lived(scenario: &Scenario) -> Result<Option<Scenario>, EngineError> {
    let mut filled: Option<Scenario> = None;
    for (index, program) in scenario.programs.iter().enumerate() {
        let months = program.opening.as_ref().and_then(|book| book.lived_months);
        let Some(months) = months else { continue };
        let vintages = book_of(&past(scenario, program, months), months)?;
        if vintages.iter().all(|vintage| vintage.points == 0) {
            return Err(EngineError::Limit(format!(
                "program {}: its past of {months} months left no points: state a book, or a longer past",
                program.name
            )));
        }
        let into = filled.get_or_insert_with(|| scenario.clone());
        if let Some(book) = into
            .programs
            .get_mut(index)
            .and_then(|p| p.opening.as_mut())
        {
            book.vintages = vintages;
            book.lived_months = None;
        }
    }
    Ok(filled)
}

/// The scenario of the past of a program.
fn past(scenario: &Scenario, program: &Program, months: u32) -> Scenario {
    let mut past = scenario.clone();
    let shift = i32::try_from(months).unwrap_or(0);
    past.start = scenario.start.plus(-i64::from(months));
    past.horizon_months = months;
    past.market.trend_per_year = 0.0;
    let simulation = &mut past.simulation;
    simulation.customers = simulation.customers.min(MOST);
    simulation.replications = 1;
    simulation.run_off_years = 0;
    simulation.baseline = false;
    simulation.skeptic = false;
    let mut program = program.clone();
    program.opening = None;
    // Those who were there at month 0 came without it.
    program.arrival_lift = 0.0;
    program.launch_month = (program.launch_month + shift).max(0);
    // Rules that begin at month 0 or later are of the future.
    program.versions.retain(|v| v.from_month < 0);
    for version in &mut program.versions {
        version.from_month = (version.from_month + shift).max(0);
        version.announced_month = (version.announced_month + shift).max(0);
    }
    // A promotion that goes on into the future ends with the past.
    program.promotions.retain(|p| p.from_month < 0);
    for promotion in &mut program.promotions {
        promotion.from_month += shift;
        promotion.through_month = promotion.through_month.min(-1) + shift;
    }
    if let Some(first) = program.versions.first_mut() {
        first.from_month = program.launch_month;
        first.announced_month = program.launch_month;
    }
    past.programs = vec![program];
    past
}

/// Lives the past; what is outstanding at its end, at market scale, oldest first.
fn book_of(past: &Scenario, months: u32) -> Result<Vec<OpeningVintage>, EngineError> {
    if past.programs.iter().all(|p| p.versions.is_empty()) {
        return Err(EngineError::Limit(
            "a book from the program's own past needs a `launch` before the start".into(),
        ));
    }
    // The program of the past has no opening book.
    let plan = Plan::of_known_books(past)?;
    let mut heirs = Heirs::new(months, past.behavior.redemption.never_share);
    let mut workspace = Workspace::new(&plan);
    for (index, stratum) in plan.layout().strata.iter().enumerate() {
        if stratum.kind == StratumKind::Past {
            continue;
        }
        heirs.sums = vec![[0; HOLDERS]; months as usize];
        for ordinal in 0..stratum.simulated {
            workspace.observe(0, index, ordinal, &mut heirs)?;
        }
        heirs.settle();
        heirs.scale(stratum.stated, stratum.simulated);
    }
    let vintages = heirs.market.iter().zip((1..=months).rev());
    Ok(vintages
        .filter(|(points, _)| points.iter().sum::<i128>() > 0)
        .map(|(points, months_ago)| OpeningVintage {
            months_ago,
            points: clamped(points.iter().sum()),
            leavers: Some(clamped(points[LEFT])),
            never_redeemed: Some(clamped(points[NEVER])),
        })
        .collect())
}

fn clamped(points: i128) -> i64 {
    i64::try_from(points).unwrap_or(i64::MAX)
}

/// Who holds a lot at the end of the past: members who redeem at times, who have left, and who never redeem.
const REDEEMER: usize = 0;
const LEFT: usize = 1;
const NEVER: usize = 2;
const HOLDERS: usize = 3;

/// What the accounts of a past hold at its end.
struct Heirs {
    horizon: f64,
    /// Lots of the account in hand: month of issue and points, oldest first.
    lots: VecDeque<(usize, i64)>,
    left: bool,
    /// Share of the customers who never redeem, and whether the one in hand does at times.
    never_share: f64,
    redeems: bool,
    /// By month of issue and holder, in simulated units.
    sums: Vec<[i128; HOLDERS]>,
    /// The same of all strata at market scale.
    market: Vec<[i128; HOLDERS]>,
}

impl Heirs {
    fn new(months: u32, never_share: f64) -> Heirs {
        Heirs {
            horizon: f64::from(months),
            lots: VecDeque::new(),
            left: false,
            never_share,
            redeems: true,
            sums: Vec::new(),
            market: vec![[0; HOLDERS]; months as usize],
        }
    }

    /// Ends the account in hand.
    fn settle(&mut self) {
        let holder = match (self.left, self.redeems) {
            (true, _) => LEFT,
            (_, true) => REDEEMER,
            (_, false) => NEVER,
        };
        for (month, points) in self.lots.drain(..) {
            if let Some(sum) = self.sums.get_mut(month) {
                sum[holder] += i128::from(points);
            }
        }
        self.left = false;
    }

    fn scale(&mut self, stated: u64, simulated: u64) {
        let (stated, simulated) = (i128::from(stated), i128::from(simulated.max(1)));
        for (market, sum) in self.market.iter_mut().zip(&self.sums) {
            for (market, sum) in market.iter_mut().zip(sum) {
                // Half up, once per stratum.
                *market += (2 * sum * stated + simulated).div_euclid(2 * simulated);
            }
        }
    }

    fn issue(&mut self, time: f64, points: i64) {
        let month = libm::floor(time.max(0.0)) as usize;
        match self.lots.back_mut() {
            Some((last, held)) if *last == month => *held += points,
            _ => self.lots.push_back((month, points)),
        }
    }

    fn take(&mut self, mut points: i64) {
        while points > 0 {
            let Some((_, held)) = self.lots.front_mut() else {
                return;
            };
            let taken = points.min(*held);
            *held -= taken;
            points -= taken;
            if *held == 0 {
                self.lots.pop_front();
            }
        }
    }
}

impl Observer for Heirs {
    fn person(&mut self, person: &Person) {
        // The lots in hand are of the one before.
        self.settle();
        self.redeems = person.redeemer >= self.never_share;
    }

    fn event(&mut self, world: World, event: &Event) {
        if world != World::Program(0) {
            return;
        }
        let past = event.time >= self.horizon;
        match event.kind {
            // What ends at the end of the last month ends before month 0.
            EventKind::Expiry { points } if event.time <= self.horizon => self.take(points),
            _ if past => {}
            EventKind::SignUpBonus { points }
            | EventKind::Purchase { points, .. }
            | EventKind::ReferralReward { points, .. }
            | EventKind::Welcome { points, .. }
                if points > 0 =>
            {
                self.issue(event.time, points)
            }
            EventKind::Redemption { points, .. } => self.take(points),
            EventKind::Leaving => self.left = true,
            _ => {}
        }
    }
}
