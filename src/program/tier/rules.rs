//! The tiers of one version with their population constants.

use crate::population::Pilot;
use crate::program::score::Score;
use crate::scenario::model::{
    Benefit, Billing, Earn, Expiry, Ladder, Qualification, QualifyingUnit, QualifyingWindow,
    Scenario, Tier,
};

/// Millionths of a standard deviation: the fixed point of scores.
const SCORE_UNITS: f64 = 1e6;

/// What a purchase can add towards a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Minor units paid.
    pub paid: i64,
    /// Points earned on it, after caps, before multipliers and without bonuses.
    pub points: i64,
}

/// What one purchase adds, in the unit of qualification.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Spend,
    Points,
    Visits,
    /// Millionths of a standard deviation.
    Score {
        per_visit: f64,
        per_minor: f64,
    },
}

/// The tiers of one version. Ranks count from 1 for the lowest tier; rank 0 is no tier.
#[derive(Clone, Debug, PartialEq)]
pub struct TierRules {
    unit: Unit,
    window: QualifyingWindow,
    /// Months from month 0 to the first December, 0 to 11.
    first_december: i32,
    validity: i32,
    soft_landing: bool,
    status_match: bool,
    visibility: f64,
    tiers: Vec<TierRule>,
    /// New rank of each rank of the version before, rank 0 first.
    carried: Vec<u8>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq)]
pub struct TierRule {
    pub name: String,
    /// In the unit of qualification, which for a score counts from no purchase at all.
    pub threshold: i64,
    pub lifetime_threshold: Option<i64>,
    /// Thousandths.
    pub earn_permille: i64,
    pub expiry: Option<Expiry>,
    /// Everything granted at this tier, those of the tiers below included, in order of first appearance.
    pub benefits: Vec<Benefit>,
    /// Minor units at the prices of month 0.
    pub cost_per_member_month: f64,
    /// Minor units at the prices of month 0.
    pub cost_per_visit: f64,
}

impl TierRules {
    /// The tiers of a version; `before` are those of the version it follows. Scores are scaled on the pilot's base.
    pub fn new(
        qualification: &Qualification,
        ladder: &Ladder,
        before: Option<&Ladder>,
        scenario: &Scenario,
        pilot: &Pilot,
    ) -> TierRules {
        let months = f64::from(qualification.window.months());
        let (unit, zero) = match qualification.by {
            QualifyingUnit::Spend => (Unit::Spend, 0),
            QualifyingUnit::Points => (Unit::Points, 0),
            QualifyingUnit::Visits => (Unit::Visits, 0),
            QualifyingUnit::Score { visits, spend } => {
                let score = Score::new(scenario, pilot, months, [visits, spend]);
                let unit = Unit::Score {
                    per_visit: SCORE_UNITS * score.per_visit,
                    per_minor: SCORE_UNITS * score.per_minor,
                };
                (unit, libm::round(SCORE_UNITS * score.average) as i64)
            }
        };
        TierRules {
            unit,
            window: qualification.window,
            first_december: 12 - scenario.start.month.clamp(1, 12) as i32,
            validity: ladder.validity_months as i32,
            soft_landing: ladder.soft_landing,
            status_match: qualification.status_match,
            visibility: qualification.visibility,
            tiers: tier_rules(&ladder.tiers, zero),
            carried: before.map_or_else(Vec::new, |before| carried(&before.tiers, &ladder.tiers)),
        }
    }

    /// How many tiers there are.
    #[inline]
    pub fn count(&self) -> usize {
        self.tiers.len()
    }

    /// The tier of a rank; `None` for rank 0.
    #[inline]
    pub fn tier(&self, rank: u8) -> Option<&TierRule> {
        self.tiers.get(usize::from(rank).checked_sub(1)?)
    }

    /// How visible the treatment of the tiers is to those without, 0 to 1; 0 where this version has no tier.
    pub fn visibility(&self) -> f64 {
        if self.tiers.is_empty() {
            0.0
        } else {
            self.visibility
        }
    }

    /// Whether a deadline of status can lie so many months ahead in `month`, or nearer: a year's status ends with a
    /// December, one of a rolling window with any month.
    pub fn can_end_within(&self, month: i32, months: f64) -> bool {
        match self.window {
            QualifyingWindow::CalendarYear => {
                f64::from(self.last_month(self.period(month)) - month) <= months
            }
            QualifyingWindow::Rolling { .. } => true,
        }
    }

    /// What a purchase adds, in the unit of qualification.
    #[inline]
    pub fn amount(&self, purchase: Purchase) -> i64 {
        match self.unit {
            Unit::Spend => purchase.paid.max(0),
            Unit::Points => purchase.points.max(0),
            Unit::Visits => 1,
            Unit::Score {
                per_visit,
                per_minor,
            } => libm::round(per_visit + per_minor * purchase.paid.max(0) as f64) as i64,
        }
    }

    /// How a purchase adds up where it is one of these and no other: for each purchase, each minor unit paid and each point;
    /// `None` for a score.
    pub fn weights(&self) -> Option<[i64; 3]> {
        match self.unit {
            Unit::Spend => Some([0, 1, 0]),
            Unit::Points => Some([0, 0, 1]),
            Unit::Visits => Some([1, 0, 0]),
            Unit::Score { .. } => None,
        }
    }

    /// What a customer of this purchase rate (per month) and mean basket (minor units) adds in a month of base purchases.
    pub fn per_month(&self, earn: &Earn, rate: f64, basket: f64) -> f64 {
        match self.unit {
            Unit::Spend => rate * basket,
            Unit::Points => rate * basket * earn.points_num as f64 / earn.points_den as f64,
            Unit::Visits => rate,
            Unit::Score {
                per_visit,
                per_minor,
            } => rate * (per_visit + per_minor * basket),
        }
    }

    /// The rank that so much within one window earns.
    #[inline]
    pub fn rank_of(&self, amount: i64) -> u8 {
        // At most MAX_TIERS of them.
        self.tiers
            .iter()
            .take_while(|tier| tier.threshold <= amount)
            .count() as u8
    }

    /// The highest rank that so much since joining keeps for life.
    pub(super) fn rank_for_life(&self, amount: i64) -> u8 {
        let kept = |tier: &TierRule| tier.lifetime_threshold.is_some_and(|least| least <= amount);
        self.tiers
            .iter()
            .rposition(kept)
            .map_or(0, |index| index as u8 + 1)
    }

    /// What is missing to the next rank for life where so much was added up since joining.
    pub(super) fn missing_for_life(&self, amount: i64) -> i64 {
        let kept = self.tiers.iter().filter_map(|tier| tier.lifetime_threshold);
        let next = kept.filter(|least| *least > amount).min();
        next.map_or(i64::MAX, |least| least.saturating_sub(amount))
    }

    /// Thousandths by which points on purchases are multiplied at this rank.
    #[inline]
    pub fn earn_permille(&self, rank: u8) -> i64 {
        self.tier(rank).map_or(1000, |tier| tier.earn_permille)
    }

    /// When points of a member of this rank end: the tier's own rule, or the version's.
    pub fn expiry(&self, rank: u8, version: Expiry) -> Expiry {
        self.tier(rank)
            .and_then(|tier| tier.expiry)
            .unwrap_or(version)
    }

    /// Whether some tier ends points by a rule of its own.
    pub fn ever_expires(&self) -> bool {
        self.tiers
            .iter()
            .any(|tier| tier.expiry.is_some_and(|rule| rule != Expiry::Never))
    }

    /// Months before joining whose purchases are credited at joining: the window's under a status match, and of members
    /// of a program launched before month 0, whose status was earned then; otherwise none.
    pub fn months_credited(&self, launch: f64) -> u32 {
        if self.status_match || launch < 0.0 {
            self.window.months()
        } else {
            0
        }
    }

    /// Months after which nothing a member bought before them bears on the tier held, but for status for life.
    pub fn months_remembered(&self) -> i32 {
        let landings = if self.soft_landing {
            self.tiers.len() as i32
        } else {
            0
        };
        2 * self.window.months() as i32 + self.validity + landings * self.landing()
    }

    pub(super) fn window(&self) -> QualifyingWindow {
        self.window
    }

    pub(super) fn validity(&self) -> i32 {
        self.validity
    }

    pub(super) fn soft_landing(&self) -> bool {
        self.soft_landing
    }

    /// Months a tier landed on softly lasts: the validity, or the length of the window where there is none.
    pub(super) fn landing(&self) -> i32 {
        if self.validity > 0 {
            self.validity
        } else {
            self.window.months() as i32
        }
    }

    /// The period a month belongs to: its calendar year (0 for the one that holds the first December), or itself.
    pub(super) fn period(&self, month: i32) -> i32 {
        match self.window {
            QualifyingWindow::CalendarYear => (month + 11 - self.first_december).div_euclid(12),
            QualifyingWindow::Rolling { .. } => month,
        }
    }

    /// Last month of a period.
    pub(super) fn last_month(&self, period: i32) -> i32 {
        match self.window {
            QualifyingWindow::CalendarYear => self.first_december + 12 * period,
            QualifyingWindow::Rolling { .. } => period,
        }
    }

    /// New rank of a rank of the version before.
    #[inline]
    pub fn carried(&self, rank: u8) -> u8 {
        let highest = self.tiers.len() as u8;
        let mapped = self.carried.get(usize::from(rank)).copied();
        mapped.unwrap_or(rank).min(highest)
    }
}

fn tier_rules(tiers: &[Tier], zero: i64) -> Vec<TierRule> {
    let mut granted: Vec<Benefit> = Vec::new();
    let mut rules = Vec::with_capacity(tiers.len());
    for tier in tiers {
        for benefit in &tier.benefits {
            match granted.iter_mut().find(|held| held.name == benefit.name) {
                Some(held) => *held = benefit.clone(),
                None => granted.push(benefit.clone()),
            }
        }
        let cost = |billed: Billing| -> f64 {
            let own = granted.iter().filter(|benefit| benefit.billed == billed);
            own.map(|benefit| benefit.cost).sum()
        };
        rules.push(TierRule {
            name: tier.name.clone(),
            threshold: tier.threshold.saturating_add(zero),
            lifetime_threshold: tier.lifetime_threshold.map(|t| t.saturating_add(zero)),
            earn_permille: tier.earn_permille,
            expiry: tier.expiry,
            cost_per_member_month: cost(Billing::PerMemberMonth),
            cost_per_visit: cost(Billing::PerUse),
            benefits: granted.clone(),
        });
    }
    rules
}

/// A tier of the same name keeps its holders; those of a tier that is gone hold the highest new one they had earned.
fn carried(before: &[Tier], after: &[Tier]) -> Vec<u8> {
    let new_rank = |old: &Tier| {
        let same = after.iter().position(|new| new.name == old.name);
        let below = after.iter().rposition(|new| new.threshold <= old.threshold);
        same.or(below).map_or(0, |index| index as u8 + 1)
    };
    std::iter::once(0)
        .chain(before.iter().map(new_rank))
        .collect()
}

#[cfg(test)]
impl TierRules {
    /// Tiers without names by spend, and the month of the first December.
    pub(super) fn by_spend(
        window: QualifyingWindow,
        validity: i32,
        soft_landing: bool,
        first_december: i32,
        thresholds: &[(i64, Option<i64>)],
    ) -> TierRules {
        let tier = |(i, (threshold, lifetime)): (usize, &(i64, Option<i64>))| Tier {
            name: format!("tier {i}"),
            threshold: *threshold,
            lifetime_threshold: *lifetime,
            earn_permille: 1000,
            expiry: None,
            benefits: Vec::new(),
        };
        let tiers: Vec<Tier> = thresholds.iter().enumerate().map(tier).collect();
        TierRules {
            unit: Unit::Spend,
            window,
            first_december,
            validity,
            soft_landing,
            status_match: false,
            visibility: 0.5,
            tiers: tier_rules(&tiers, 0),
            carried: Vec::new(),
        }
    }
}
