//! Points under multipliers: those of the tier held and of a dated promotion.

use super::*;
use crate::engine::flow::TierFlow;
use crate::ledger::{LotKey, Source};
use crate::program::earn::{Granted, multiplied};
use crate::program::promotion::permille_at;

impl Life {
    /// Points of a visit under the multipliers of tier and promotion, held as lots of their sources.
    #[inline(never)]
    pub(super) fn earn_multiplied<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        visit: &Visit,
        paid: i64,
    ) -> Granted {
        let frame = scene.setting.frame;
        if self.past_horizon && frame.closed {
            return Granted { base: 0, bonus: 0 };
        }
        let rules = scene.setting.rules;
        let version = &rules.versions[self.version];
        let month = i32::from(visit.month);
        let rank = self.status.rank();
        let tier = version.tiers.as_ref();
        let tier = tier.map_or(1000, |tiers| tiers.earn_permille(rank));
        let promotion = permille_at(&rules.promotions, month);
        let mut granted = multiplied((&version.earn, &self.earn_rate), paid, tier, promotion);
        if let Some(cap) = self.earn_rate.cap_per_month() {
            let left = self.cap.cut(cap, month, granted.total());
            granted = granted.cut_to(left);
        }
        if granted.base > 0 {
            self.hold_earned(visit.month, granted.base);
        }
        if granted.bonus > 0 {
            self.hold_bonus(scene, visit.month, granted.bonus);
        }
        granted
    }

    /// Points that a multiplier adds. Those issued after the horizon are kept apart and not counted.
    fn hold_bonus<O: Observer>(&mut self, scene: &mut Scene<O>, month: i16, points: i64) {
        let was_empty = self.ledger.balance() == 0;
        let key = LotKey {
            month,
            source: Source::Bonus,
            tier: 0,
        };
        self.ledger.add(key, points);
        if !self.past_horizon {
            let row = month as usize;
            scene.sheet.count(row, Flow::PointsBonus, points);
            if scene.setting.has_tiers {
                let rank = self.status.rank();
                scene.sheet.tier(row, rank, TierFlow::BonusPoints, points);
            }
            self.summary.issued += points;
        }
        if was_empty {
            self.schedule_expiry();
        }
    }
}
