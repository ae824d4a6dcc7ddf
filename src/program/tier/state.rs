//! The status of one member: what was earned by period, the tier held, and through which month each tier lasts.

use super::rules::{Purchase, TierRules};
use crate::scenario::model::{MAX_TIERS, MAX_WINDOW, QualifyingWindow};

/// Periods kept: months of the longest rolling window, or as many calendar years.
const PERIODS: usize = MAX_WINDOW as usize;

/// Through no month at all, and through all of them.
const NEVER: i32 = i32::MIN;
const ALWAYS: i32 = i32::MAX;

/// The status of one member.
#[derive(Clone, Copy, Debug)]
pub struct TierState {
    rank: u8,
    /// Highest rank kept for life.
    for_life: u8,
    /// Month at whose end the tier held is reviewed; at most the month through which it lasts.
    due: i32,
    /// Month through which each tier lasts by what was earned so far, lowest tier first; it does not grow with the rank.
    through: [i32; MAX_TIERS],
    /// Added up since joining.
    cumulated: i64,
    /// Newest period with an entry.
    newest: i32,
    /// What was found by [`TierState::quiet`] and still holds.
    quiet: Quiet,
    /// A ring by period.
    sums: [i64; PERIODS],
}

/// What was found of a state is no part of it.
impl PartialEq for TierState {
    fn eq(&self, other: &TierState) -> bool {
        let parts = |state: &TierState| {
            let held = (state.rank, state.for_life, state.due, state.through);
            (held, state.cumulated, state.newest, state.sums)
        };
        parts(self) == parts(other)
    }
}

impl Eq for TierState {}

/// What a purchase or a review did to the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    pub from: u8,
    pub to: u8,
}

/// See [`TierState::quiet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Sums below this change nothing but sums, in the unit of qualification.
    pub room: i64,
    /// Through this month.
    pub through: i32,
}

impl Quiet {
    /// Nothing is known.
    const NOTHING: Quiet = Quiet {
        room: 0,
        through: NEVER,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Promoted,
    /// The review confirmed the tier held.
    Requalified,
    Demoted,
}

/// What is missing to a tier, and until when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// In the unit of qualification, above zero.
    pub missing: i64,
    /// Instant (months) at which what was earned stops counting; infinite where nothing was earned yet in a rolling
    /// window.
    pub deadline: f64,
}

impl Gap {
    /// In months of a customer's own base purchases ([`TierRules::per_month`]); infinite for one who makes none.
    pub fn months(&self, per_month: f64) -> f64 {
        if per_month > 0.0 {
            self.missing as f64 / per_month
        } else {
            f64::INFINITY
        }
    }
}

impl TierState {
    /// One who joins in `month`, with the purchases before joining that are credited (oldest first; of the
    /// [`TierRules::months_credited`] months up to `month`, older ones are passed over). The tier they earn lasts as one
    /// earned in `month`; in calendar years they count for the match only, in a rolling window also afterwards. Status
    /// for life counts from joining.
    pub fn joining(
        rules: &TierRules,
        month: i32,
        past: impl IntoIterator<Item = (i32, Purchase)>,
    ) -> TierState {
        let mut state = TierState {
            rank: 0,
            for_life: 0,
            due: ALWAYS,
            through: [NEVER; MAX_TIERS],
            cumulated: 0,
            newest: rules.period(month),
            quiet: Quiet::NOTHING,
            sums: [0; PERIODS],
        };
        let window = rules.window();
        let first = month - window.months() as i32 + 1;
        let mut matched = 0i64;
        for (bought, purchase) in past {
            if (first..=month).contains(&bought) {
                let amount = rules.amount(purchase);
                matched = matched.saturating_add(amount);
                if let QualifyingWindow::Rolling { .. } = window {
                    state.add(rules.period(bought), amount);
                }
            }
        }
        match window {
            QualifyingWindow::CalendarYear => {
                let through = rules.last_month(rules.period(month)) + rules.validity();
                state.through[..usize::from(rules.rank_of(matched))].fill(through);
            }
            QualifyingWindow::Rolling { .. } => {
                state.extend(rules, month);
            }
        }
        let to = rules.rank_of(matched);
        if to > 0 {
            state.hold(to);
        }
        state
    }

    /// Rank of the tier held, 0 for none.
    #[inline]
    pub fn rank(&self) -> u8 {
        self.rank
    }

    /// Rank kept for life, 0 for none.
    #[inline]
    pub fn rank_for_life(&self) -> u8 {
        self.for_life
    }

    /// Added up since joining, in the unit of qualification.
    pub fn cumulated(&self) -> i64 {
        self.cumulated
    }

    /// Instant (months) of the next review, the end of a month; infinite where nothing is to be reviewed.
    #[inline]
    pub fn next_review(&self) -> f64 {
        if self.due == ALWAYS {
            f64::INFINITY
        } else {
            f64::from(self.due) + 1.0
        }
    }

    /// Adds a purchase of `month` (never before an earlier one); the change it makes holds from the next visit on.
    pub fn record(&mut self, rules: &TierRules, month: i32, purchase: Purchase) -> Option<Change> {
        let amount = rules.amount(purchase);
        if self
            .quiet(rules, month)
            .is_some_and(|quiet| amount < quiet.room)
        {
            self.add_quietly(amount);
            return None;
        }
        self.record_in_full(rules, month, amount)
    }

    /// The same for any purchase, of this amount in the unit of qualification.
    pub(super) fn record_in_full(
        &mut self,
        rules: &TierRules,
        month: i32,
        amount: i64,
    ) -> Option<Change> {
        self.quiet = Quiet::NOTHING;
        // Every threshold is far below where a sum stops growing.
        self.cumulated = self.cumulated.saturating_add(amount);
        self.add(rules.period(month), amount);
        let earned = self.extend(rules, month);
        let for_life = rules.rank_for_life(self.cumulated);
        if for_life > self.for_life {
            self.for_life = for_life;
            self.through[..usize::from(for_life)].fill(ALWAYS);
        }
        let from = self.rank;
        let to = earned.max(self.for_life);
        if to > from {
            self.hold(to);
        } else if self.for_life == from {
            self.hold(from);
        }
        (to > from).then_some(Change {
            kind: ChangeKind::Promoted,
            from,
            to,
        })
    }

    /// How much purchases of `month` and the months after it can add without doing more than that; `None` where the next
    /// one may do more.
    #[inline]
    pub fn quiet(&mut self, rules: &TierRules, month: i32) -> Option<Quiet> {
        if month > self.quiet.through {
            self.quiet = self.find_quiet(rules, month)?;
        }
        Some(self.quiet)
    }

    fn find_quiet(&self, rules: &TierRules, month: i32) -> Option<Quiet> {
        if rules.period(month) != self.newest {
            return None;
        }
        let settled = self.for_life >= rules.rank_for_life(self.cumulated)
            && self.for_life <= self.rank
            && (self.for_life != self.rank || self.due == self.lasting(self.rank));
        let room = match rules.window() {
            QualifyingWindow::CalendarYear => {
                let through = rules.last_month(self.newest) + rules.validity();
                self.room(rules, self.of_period(self.newest), through)
            }
            QualifyingWindow::Rolling { months } => {
                let months = months as i32;
                let mut total = 0i64;
                let mut room = Some(i64::MAX);
                for period in (month - months + 1..=month).rev() {
                    total = total.saturating_add(self.of_period(period));
                    let through = period + months - 1 + rules.validity();
                    room = room.and_then(|room| Some(room.min(self.room(rules, total, through)?)));
                }
                room
            }
        };
        let for_life = rules.missing_for_life(self.cumulated);
        room.filter(|_| settled).map(|room| Quiet {
            room: room.min(for_life),
            through: rules.last_month(self.newest),
        })
    }

    /// What is missing to the next rank where `total` has been added up, if the ranks it earns last through a month as they
    /// should.
    fn room(&self, rules: &TierRules, total: i64, through: i32) -> Option<i64> {
        let earned = rules.rank_of(total);
        let lasts = self.through[..usize::from(earned)]
            .iter()
            .all(|lasts| *lasts >= through);
        let next = rules
            .tier(earned + 1)
            .map_or(i64::MAX, |tier| tier.threshold);
        (lasts && earned <= self.rank).then_some(next.saturating_sub(total))
    }

    /// Adds what quiet purchases added: less than their [`Quiet::room`], in months up to [`Quiet::through`].
    #[inline]
    pub fn add_quietly(&mut self, amount: i64) {
        self.quiet.room = self.quiet.room.saturating_sub(amount);
        self.cumulated = self.cumulated.saturating_add(amount);
        self.add(self.newest, amount);
    }

    /// Reviews the tier at the end of `month`, after the expiry of points; `None` before it is due.
    pub fn review(&mut self, rules: &TierRules, month: i32) -> Option<Change> {
        if month < self.due {
            return None;
        }
        self.quiet = Quiet::NOTHING;
        let from = self.rank;
        let landing = usize::from(from.saturating_sub(1));
        if rules.soft_landing() && self.lasting(from) <= month && landing > 0 {
            let until = month + rules.landing();
            for through in &mut self.through[..landing] {
                *through = (*through).max(until);
            }
        }
        let lasts = |through: &&i32| **through > month;
        let to = self.through.iter().take_while(lasts).count() as u8;
        // New rules may have lowered a threshold: that promotes at a purchase, not here.
        let to = to.min(from);
        self.hold(to);
        Some(Change {
            kind: if to < from {
                ChangeKind::Demoted
            } else {
                ChangeKind::Requalified
            },
            from,
            to,
        })
    }

    /// Moves to the tiers of the next version: what is held is kept until its review, thresholds act from the next
    /// purchase on.
    pub fn carry_over(&mut self, rules: &TierRules) {
        self.quiet = Quiet::NOTHING;
        let before = self.through;
        self.through = [NEVER; MAX_TIERS];
        for (index, through) in before.iter().enumerate() {
            let rank = rules.carried(index as u8 + 1);
            for lasts in &mut self.through[..usize::from(rank)] {
                *lasts = (*lasts).max(*through);
            }
        }
        self.for_life = rules.carried(self.for_life);
        let due = self.due;
        self.hold(rules.carried(self.rank));
        self.due = self.due.min(due);
        if self.rank <= self.for_life {
            self.due = ALWAYS;
        }
    }

    /// What is missing at `month` to the next tier above.
    pub fn gap_to_next(&self, rules: &TierRules, month: i32) -> Option<Gap> {
        let next = rules.tier(self.rank.checked_add(1)?)?;
        let missing = next.threshold - self.window_total(rules, month);
        let deadline = match rules.window() {
            QualifyingWindow::CalendarYear => {
                f64::from(rules.last_month(rules.period(month))) + 1.0
            }
            // The gap grows when the oldest month that counts leaves the window.
            QualifyingWindow::Rolling { months } => {
                let months = months as i32;
                let mut counted = (month - months + 1)..=month;
                counted
                    .find(|period| self.sum(*period..=*period) > 0)
                    .map_or(f64::INFINITY, |oldest| f64::from(oldest + months))
            }
        };
        // Nothing is missing where new rules have lowered the threshold: the next purchase promotes.
        (missing > 0).then_some(Gap { missing, deadline })
    }

    /// What is missing at `month` for the present tier to last longer than it does; `None` where it is kept for life, or
    /// nothing can make it last.
    pub fn gap_to_keep(&self, rules: &TierRules, month: i32) -> Option<Gap> {
        let threshold = rules.tier(self.rank)?.threshold;
        let through = self.lasting(self.rank);
        if through == ALWAYS {
            return None;
        }
        let so_far = match rules.window() {
            QualifyingWindow::CalendarYear if rules.validity() == 0 => return None,
            QualifyingWindow::Rolling { months: 1 } if rules.validity() == 0 => return None,
            QualifyingWindow::CalendarYear => {
                let year = rules.period(month);
                let counts = rules.last_month(year) + rules.validity() > through;
                if counts { self.sum(year..=year) } else { 0 }
            }
            // It lasts until the month that completes the threshold leaves the window, and the validity: later months
            // must complete it.
            QualifyingWindow::Rolling { months } => {
                let months = months as i32;
                let completing = through - rules.validity() - months + 1;
                self.sum((completing + 1).max(month - months + 1)..=month)
            }
        };
        (so_far < threshold).then_some(Gap {
            missing: threshold - so_far,
            deadline: f64::from(through) + 1.0,
        })
    }

    /// Month through which a rank lasts.
    fn lasting(&self, rank: u8) -> i32 {
        usize::from(rank)
            .checked_sub(1)
            .and_then(|index| self.through.get(index).copied())
            .unwrap_or(ALWAYS)
    }

    /// Holds a rank, to be reviewed when it ends.
    fn hold(&mut self, rank: u8) {
        self.rank = rank;
        self.due = self.lasting(rank);
    }

    /// Lets every tier that the window's total earns last for the rest of its window and the validity; the highest of them.
    fn extend(&mut self, rules: &TierRules, month: i32) -> u8 {
        match rules.window() {
            QualifyingWindow::CalendarYear => {
                let through = rules.last_month(rules.period(month)) + rules.validity();
                let earned = rules.rank_of(self.window_total(rules, month));
                for lasts in &mut self.through[..usize::from(earned)] {
                    *lasts = (*lasts).max(through);
                }
                earned
            }
            // Backwards from this month: the month that completes a threshold leaves the window first.
            QualifyingWindow::Rolling { months } => {
                let months = months as i32;
                let mut total = 0i64;
                let mut earned = 0;
                for period in (month - months + 1..=month).rev() {
                    total = total.saturating_add(self.sum(period..=period));
                    let through = period + months - 1 + rules.validity();
                    let reached = usize::from(rules.rank_of(total));
                    for lasts in &mut self.through[earned.min(reached)..reached] {
                        *lasts = (*lasts).max(through);
                    }
                    earned = reached.max(earned);
                }
                earned as u8
            }
        }
    }

    /// What the window that holds `month` has added up.
    fn window_total(&self, rules: &TierRules, month: i32) -> i64 {
        let period = rules.period(month);
        match rules.window() {
            QualifyingWindow::CalendarYear => self.of_period(period),
            QualifyingWindow::Rolling { months } => self.sum(period - months as i32 + 1..=period),
        }
    }

    /// Adds to a period not older than the ring, forgetting what falls out of it.
    fn add(&mut self, period: i32, amount: i64) {
        if period > self.newest {
            let fresh = (period - self.newest).min(PERIODS as i32);
            for step in 0..fresh {
                self.sums[slot(period - step)] = 0;
            }
            self.newest = period;
        }
        if period > self.newest - PERIODS as i32 {
            let sum = &mut self.sums[slot(period)];
            *sum = sum.saturating_add(amount);
        }
    }

    #[inline]
    fn of_period(&self, period: i32) -> i64 {
        if period > self.newest || period <= self.newest - PERIODS as i32 {
            return 0;
        }
        self.sums[slot(period)]
    }

    fn sum(&self, periods: std::ops::RangeInclusive<i32>) -> i64 {
        let first = (*periods.start()).max(self.newest - PERIODS as i32 + 1);
        let last = (*periods.end()).min(self.newest);
        (first..=last).fold(0i64, |sum, period| {
            sum.saturating_add(self.sums[slot(period)])
        })
    }
}

fn slot(period: i32) -> usize {
    period.rem_euclid(PERIODS as i32) as usize
}
