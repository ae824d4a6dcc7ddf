//! Plain purchases of a member with a tier, or under dated promotions: points at the rate of the rank held, benefits, and a
//! way to the next tier that none of them completes.

use super::till::{Till, is_plain};
use crate::engine::fate::Visit;
use crate::engine::life::status::{Billing, Status};
use crate::engine::life::{Life, Setting};
use crate::engine::sheet::{Bought, Purchases};
use crate::program::earn::{EarnRate, Granted};
use crate::program::promotion::{place_at, unchanged_through};
use crate::program::tier::{Purchase, Quiet, TierRules};

/// See [`TierState::quiet`]: what the purchases add stays below its room.
///
/// [`TierState::quiet`]: crate::program::tier::TierState::quiet
pub(super) struct Ranked<'a, const EARNS: bool, const BONUS: bool> {
    base: EarnRate,
    /// Under the multipliers of rank and promotion.
    all: EarnRate,
    /// Last month of the rates and of the period of qualification.
    through: i32,
    tiers: Option<&'a TierRules>,
    rank: u8,
    /// See [`TierRules::weights`].
    weights: Option<[i64; 3]>,
    room: i64,
    added: i64,
    /// With the purchase rung last.
    added_then: i64,
    cost_per_visit: f64,
    billing: Billing,
}

/// Whether the rates that hold now leave a bonus.
pub(super) fn has_bonus(life: &Life, setting: &Setting, visits: &[Visit]) -> bool {
    let Some(first) = visits.first() else {
        return false;
    };
    let version = &setting.rules.versions[life.version];
    let promotion = place_at(&setting.rules.promotions, i32::from(first.month));
    version.multiplied_rate(life.status.rank(), promotion) != version.earn_rate
}

impl<'a, const EARNS: bool, const BONUS: bool> Ranked<'a, EARNS, BONUS> {
    /// For the purchases from the first of `visits` on; `None` where that may be more than a plain one.
    #[inline(always)]
    pub fn of(life: &mut Life, setting: &Setting<'a>, visits: &[Visit]) -> Option<Self> {
        let month = i32::from(visits.first()?.month);
        let rules = setting.rules;
        let version = &rules.versions[life.version];
        let rank = life.status.rank();
        let tiers = version.tiers.as_ref();
        let quiet = match (tiers, &mut life.status.state) {
            (Some(tiers), Some(state)) => state.quiet(tiers, month)?,
            (None, None) if !setting.has_tiers => Quiet {
                room: i64::MAX,
                through: i32::MAX,
            },
            _ => return None,
        };
        let promotion = place_at(&rules.promotions, month);
        Some(Ranked {
            base: version.earn_rate,
            all: version.multiplied_rate(rank, promotion),
            through: quiet
                .through
                .min(unchanged_through(&rules.promotions, month)),
            tiers,
            rank,
            weights: tiers.map_or(Some([0; 3]), TierRules::weights),
            room: quiet.room,
            added: 0,
            added_then: 0,
            cost_per_visit: tiers
                .and_then(|tiers| tiers.tier(rank))
                .map_or(0.0, |tier| tier.cost_per_visit),
            billing: life.status.billing,
        })
    }

    /// Leaves with the member what the purchases did.
    #[inline(always)]
    pub fn close(&self, status: &mut Status) {
        status.billing = self.billing;
        if let Some(state) = &mut status.state {
            state.add_quietly(self.added);
        }
    }

    #[cold]
    fn score(&self, purchase: Purchase) -> i64 {
        self.tiers.map_or(0, |tiers| tiers.amount(purchase))
    }

    #[inline(always)]
    fn grant(&self, paid: i64) -> Option<Granted> {
        if !EARNS {
            return is_plain(paid).then_some(Granted { base: 0, bonus: 0 });
        }
        let base = self.base.plain(paid)?;
        if !BONUS {
            return (base > 0).then_some(Granted { base, bonus: 0 });
        }
        let all = self.all.plain(paid)?;
        let base = base.min(all);
        (base > 0).then_some(Granted {
            base,
            bonus: all - base,
        })
    }
}

impl<const EARNS: bool, const BONUS: bool> Till for Ranked<'_, EARNS, BONUS> {
    const EARNS: bool = EARNS;

    #[inline(always)]
    fn opens(&self, month: i16) -> bool {
        i32::from(month) <= self.through
    }

    #[inline(always)]
    fn ring(&mut self, visit: &Visit) -> Option<Granted> {
        let paid = visit.amount;
        let granted = self.grant(paid)?;
        let points = granted.base;
        let progress = match self.weights {
            // All below 2³², and the sum so far below the room.
            Some([visit, minor, point]) => visit
                .wrapping_add(minor.wrapping_mul(paid))
                .wrapping_add(point.wrapping_mul(points)),
            None => self.score(Purchase { paid, points }),
        };
        self.added_then = self.added.saturating_add(progress);
        (self.added_then < self.room).then_some(granted)
    }

    #[inline(always)]
    fn rung(&mut self) {
        self.added = self.added_then;
    }

    #[inline(always)]
    fn book(&mut self, booked: &mut Purchases, row: usize, bought: &Bought) {
        if BONUS {
            booked.bonus(row, bought.bonus);
        }
        if self.tiers.is_some() {
            booked.visits(row, self.rank, bought);
            if self.cost_per_visit > 0.0 {
                let cost = self
                    .billing
                    .bill_visits(self.cost_per_visit, bought.purchases);
                booked.benefit(row, self.rank, cost);
            }
        }
    }
}
