//! Status told a second time, from the definition: through which month each tier lasts is worked out anew from all that was
//! ever bought, and who holds what follows. Program 0, one version, nobody joined before month 0, no match.

use fidelio::engine::observe::{Event, EventKind, StatusMove};
use fidelio::scenario::model::{Qualification, QualifyingUnit, QualifyingWindow, Scenario};

/// A member's status.
pub struct Standing {
    qualification: Qualification,
    validity: i32,
    soft: bool,
    first_december: i32,
    thresholds: Vec<i64>,
    for_life: Vec<Option<i64>>,
    /// Everything bought: month and amount in the unit of qualification.
    bought: Vec<(i32, i64)>,
    pub rank: usize,
    /// Month of its review: the last one of the tier by what was bought when it was taken or last confirmed.
    due: i32,
    /// Soft landings: tier and the month through which it was granted.
    landed: Vec<(usize, i32)>,
}

impl Standing {
    pub fn joining(scenario: &Scenario) -> Option<Standing> {
        let program = &scenario.programs[0];
        let qualification = program.qualification?;
        let ladder = &program.versions[0].ladder;
        Some(Standing {
            qualification,
            validity: ladder.validity_months as i32,
            soft: ladder.soft_landing,
            first_december: 12 - scenario.start.month as i32,
            thresholds: ladder.tiers.iter().map(|t| t.threshold).collect(),
            for_life: ladder.tiers.iter().map(|t| t.lifetime_threshold).collect(),
            bought: Vec::new(),
            rank: 0,
            due: i32::MAX,
            landed: Vec::new(),
        })
    }

    /// First and last month of the calendar year of a month.
    fn year(&self, month: i32) -> (i32, i32) {
        let mut december = self.first_december;
        while december < month {
            december += 12;
        }
        (december - 11, december)
    }

    fn between(&self, from: i32, to: i32) -> i64 {
        let inside = self.bought.iter().filter(|(m, _)| from <= *m && *m <= to);
        inside.map(|(_, amount)| amount).sum()
    }

    /// Last month for which what was bought up to now makes the tier (0 the lowest) last.
    fn through(&self, tier: usize, now: i32) -> i32 {
        if self.for_life[tier].is_some_and(|least| self.between(i32::MIN, now) >= least) {
            return i32::MAX;
        }
        // A tier kept for life keeps those below.
        let above = (tier + 1..self.thresholds.len()).map(|t| self.through(t, now));
        if above.max() == Some(i32::MAX) {
            return i32::MAX;
        }
        let reached = |from, to| self.between(from, to) >= self.thresholds[tier];
        let months = self.bought.iter().map(|(month, _)| *month);
        let last = match self.qualification.window {
            QualifyingWindow::CalendarYear => months
                .map(|month| self.year(month))
                .filter(|(january, december)| reached(*january, *december))
                .map(|(_, december)| december + self.validity)
                .max(),
            QualifyingWindow::Rolling { months: window } => {
                let window = window as i32;
                // Every month that was the last of a window that held enough, and how far back enough reaches.
                let firsts = months.clone();
                firsts
                    .flat_map(|first| months.clone().map(move |last| (first, last)))
                    .filter(|(first, last)| first <= last && last - first < window)
                    .filter(|(first, last)| reached(*first, *last))
                    .map(|(first, _)| first + window - 1 + self.validity)
                    .max()
            }
        };
        let landed = self.landed.iter().filter(|(t, _)| *t >= tier);
        let landed = landed.map(|(_, through)| *through).max();
        last.max(landed).unwrap_or(i32::MIN)
    }

    /// A purchase of a member.
    pub fn buy(&mut self, month: i32, paid: i64, points: i64) -> Option<EventKind> {
        let amount = match self.qualification.by {
            QualifyingUnit::Spend => paid,
            QualifyingUnit::Points => points,
            QualifyingUnit::Visits => 1,
            QualifyingUnit::Score { .. } => panic!("scores are not walked"),
        };
        self.bought.push((month, amount));
        let in_window = match self.qualification.window {
            QualifyingWindow::CalendarYear => self.between(self.year(month).0, month),
            QualifyingWindow::Rolling { months } => self.between(month - months as i32 + 1, month),
        };
        let all = self.between(i32::MIN, month);
        let earned = self
            .thresholds
            .iter()
            .zip(&self.for_life)
            .rposition(|(least, for_life)| {
                in_window >= *least || for_life.is_some_and(|l| all >= l)
            })
            .map_or(0, |tier| tier + 1);
        let from = self.rank;
        if earned > from {
            self.hold(earned, month);
        }
        (earned > from).then(|| moved(StatusMove::Promoted, from, earned))
    }

    /// The end of a month: the tier held is reviewed when it has come to its last month.
    pub fn review(&mut self, month: i32) -> Option<EventKind> {
        let from = self.rank;
        let held = from.checked_sub(1)?;
        let lasts = self.through(held, month);
        if lasts == i32::MAX || month != self.due {
            return None;
        }
        if self.soft && lasts <= month && held > 0 {
            let more = match self.qualification.window {
                _ if self.validity > 0 => self.validity,
                window => window.months() as i32,
            };
            self.landed.push((held - 1, month + more));
        }
        let to = (0..from)
            .filter(|tier| self.through(*tier, month) > month)
            .count();
        self.hold(to, month);
        let how = if to < from {
            StatusMove::Demoted
        } else {
            StatusMove::Requalified
        };
        Some(moved(how, from, to))
    }

    fn hold(&mut self, rank: usize, month: i32) {
        self.rank = rank;
        let held = rank.checked_sub(1);
        self.due = held.map_or(i32::MAX, |tier| self.through(tier, month));
    }
}

fn moved(how: StatusMove, from: usize, to: usize) -> EventKind {
    EventKind::Status {
        how,
        from: from as u8,
        to: to as u8,
    }
}

/// Instants at which what status does to leaving may change.
pub fn breaks(scenario: &Scenario, told: &[Event]) -> Vec<f64> {
    let felt = scenario.behavior.demotion.months;
    let moves = told
        .iter()
        .filter(|e| matches!(e.kind, EventKind::Status { .. }));
    moves.flat_map(|e| [e.time, e.time + felt]).collect()
}

/// What the tier held and the one lost do to the hazard of leaving at an instant.
pub fn hazard_ratio(scenario: &Scenario, told: &[Event], holders: &[f64], at: f64) -> f64 {
    let behavior = &scenario.behavior;
    let pull = |rank: u8| match rank {
        0 => 0.0,
        rank => {
            let size = behavior.status.attrition[usize::from(rank).min(3) - 1];
            size * (1.0 - holders[usize::from(rank)]).sqrt()
        }
    };
    let (mut held, mut lost) = (0, None);
    for event in told.iter().filter(|e| e.time <= at) {
        let EventKind::Status { how, from, to } = event.kind else {
            continue;
        };
        held = to;
        if how == StatusMove::Demoted {
            lost = Some((from, event.time));
        } else if lost.is_some_and(|(rank, _)| to >= rank) {
            lost = None;
        }
    }
    let hurt = lost.filter(|(_, since)| at < since + behavior.demotion.months);
    let hurt = hurt.map_or(0.0, |(rank, _)| behavior.demotion.aversion * pull(rank));
    (hurt - pull(held)).exp()
}
