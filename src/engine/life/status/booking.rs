//! What is booked of status within the horizon: time at each rank, what its benefits cost, and who moved where in a year.

use super::*;

impl Life {
    /// Books the time at the present rank up to `time`, with the benefits of a version.
    pub(super) fn book_time<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        version: usize,
        time: f64,
    ) {
        if self.status.state.is_some() {
            self.book_time_at(scene, version, self.status.rank(), time);
        }
    }

    pub(super) fn book_time_at<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        version: usize,
        rank: u8,
        time: f64,
    ) {
        let until = time.min(scene.setting.frame.horizon);
        let tiers = scene.setting.rules.versions[version].tiers.as_ref();
        let tier = tiers.and_then(|tiers| tiers.tier(rank));
        let per_month = tier.map_or(0.0, |tier| tier.cost_per_member_month);
        let mut at = self.status.booked_until;
        if at < until {
            let mut month = month_of(at);
            let mut next = f64::from(month + 1);
            // Whole months from the second on.
            while next <= until {
                self.book_part(scene, (month, rank), (at, next), per_month);
                at = next;
                month += 1;
                next += 1.0;
            }
            if at < until {
                self.book_part(scene, (month, rank), (at, until), per_month);
            }
        }
        self.status.booked_until = self.status.booked_until.max(until);
    }

    /// Books the time at a rank between two instants of a month.
    #[inline(always)]
    fn book_part<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        (month, rank): (i32, u8),
        (from, to): (f64, f64),
        per_month: f64,
    ) {
        let months = months_fixed(to) - months_fixed(from);
        let row = month as usize;
        scene.sheet.tier(row, rank, TierFlow::MemberMonths, months);
        self.bill(scene, month, rank, per_month * (to - from));
    }

    /// Books what a benefit costs in a month of the horizon.
    pub(super) fn bill<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        month: i32,
        rank: u8,
        cost: f64,
    ) {
        if cost > 0.0 {
            let due = self.status.billing.bill(cost);
            let row = month as usize;
            scene.sheet.book(row, Flow::CostBenefits, due);
            scene.sheet.tier(row, rank, TierFlow::BenefitCost, due);
        }
    }

    /// A customer goes from one place to another in a month; `None` is outside.
    pub(super) fn place<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        month: i32,
        from: Option<u8>,
        to: Option<u8>,
    ) {
        if self.past_horizon || month >= scene.setting.frame.months {
            return;
        }
        let row = month as usize;
        if let Some(rank) = from {
            scene.sheet.tier(row, rank, TierFlow::MembersDelta, -1);
        }
        if let Some(rank) = to {
            scene.sheet.tier(row, rank, TierFlow::MembersDelta, 1);
        }
        self.pass_years(scene, month / 12, from);
        // Those who are there when the scenario starts are there when its first year begins.
        if month == 0 && from.is_none() && self.joined < 0.0 {
            self.status.began = to;
        }
    }

    /// Books the years that ended before `year` at `place`.
    fn pass_years<O: Observer>(&mut self, scene: &mut Scene<O>, year: i32, place: Option<u8>) {
        while self.status.year < year {
            let ended = self.status.year as usize;
            scene.sheet.migrated(ended, self.status.began, place);
            self.status.began = place;
            self.status.year += 1;
        }
    }

    /// The horizon: what of status has not been booked yet.
    pub(in crate::engine::life) fn close_status<O: Observer>(&mut self, scene: &mut Scene<O>) {
        let frame = scene.setting.frame;
        self.book_time(scene, self.version, frame.horizon);
        let place = self.status.state.as_ref().map(TierState::rank);
        self.pass_years(scene, (frame.months + 11) / 12, place);
    }
}
