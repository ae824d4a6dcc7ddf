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

/// What plain purchases depend on that changes with the rank held, a promotion, or what is missing to the next tier.
pub(super) struct Standing<'a> {
    base: &'a EarnRate,
    /// The rate under the multipliers of rank and promotion, where they change it.
    pub multiplied: Option<&'a EarnRate>,
    /// Last month of the rates and of the period of qualification.
    through: i32,
    tiers: Option<&'a TierRules>,
    rank: u8,
    room: i64,
}

impl<'a> Standing<'a> {
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
        Some(Standing {
            base: &version.earn_rate,
            multiplied: version.multiplied_rate(rank, promotion),
            through: quiet
                .through
                .min(unchanged_through(&rules.promotions, month)),
            tiers,
            rank,
            room: quiet.room,
        })
    }
}

/// See [`TierState::quiet`]: what the purchases add stays below its room.
///
/// [`TierState::quiet`]: crate::program::tier::TierState::quiet
pub(super) struct Ranked<'a, const EARNS: bool, const BONUS: bool> {
    base: EarnRate,
    /// Under the multipliers of rank and promotion.
    all: EarnRate,
    through: i32,
    tiers: Option<&'a TierRules>,
    rank: u8,
    /// Of [`TierRules::weights`], each as all bits or none.
    masks: Option<[i64; 3]>,
    room: i64,
    added: i64,
    /// With the purchase rung last.
    added_then: i64,
    cost_per_visit: f64,
    billing: Billing,
}

impl<'a, const EARNS: bool, const BONUS: bool> Ranked<'a, EARNS, BONUS> {
    /// For the purchases of one standing, by a member to whom benefits are billed like this.
    #[inline(always)]
    pub fn of(standing: &Standing<'a>, billing: Billing) -> Self {
        let tiers = standing.tiers;
        Ranked {
            base: *standing.base,
            all: *standing.multiplied.unwrap_or(standing.base),
            through: standing.through,
            tiers,
            rank: standing.rank,
            masks: tiers.map_or(Some([0; 3]), |tiers| {
                Some(tiers.weights()?.map(i64::wrapping_neg))
            }),
            room: standing.room,
            added: 0,
            added_then: 0,
            cost_per_visit: tiers
                .and_then(|tiers| tiers.tier(standing.rank))
                .map_or(0.0, |tier| tier.cost_per_visit),
            billing,
        }
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
        self.added_then = match self.masks {
            // Of fewer than 2³¹ purchases below 2³² each.
            Some([visit, minor, point]) => {
                let progress = (1 & visit) | (paid & minor) | (points & point);
                self.added.wrapping_add(progress)
            }
            None => self
                .added
                .saturating_add(self.score(Purchase { paid, points })),
        };
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
