//! What status came to: members by rank, moves between tiers, what benefits cost, and the program's effect on those whom
//! status moved.

use super::program::{PROGRAM, Subject};
use super::scale::Sample;
use crate::engine::flow::{GroupFlow, StatusGroup, TierFlow};
use crate::engine::tally::World;
use crate::results::{
    MigrationYear, Named, Number, RankResult, Series, StatusEffect, TierResults, Unit,
};
use crate::scenario::model::{Tier, Version};

/// Parts of a month in the tally.
const MONTH: f64 = 1_048_576.0;
/// Millionths, of the shares of holders.
const MILLION: f64 = 1e6;

impl Subject<'_> {
    /// Status; `None` in a program without tiers.
    pub(super) fn tiers(&self) -> Option<TierResults> {
        self.program.qualification?;
        let tiers = self.most_tiers();
        let ranks = tiers.len() + 1;
        let migration = self.migration(ranks);
        let whole = migration.iter().filter(|year| year.months == 12).count();
        Some(TierResults {
            names: tiers.iter().map(|tier| tier.name.clone()).collect(),
            ranks: (0..ranks).map(|rank| self.rank(rank)).collect(),
            migration_total: total(&migration[..whole.max(1).min(migration.len())], ranks + 1),
            migration,
            effects: [
                ("ever_promoted", StatusGroup::EverPromoted),
                ("ever_demoted", StatusGroup::EverDemoted),
                ("never_elevated", StatusGroup::NeverElevated),
            ]
            .map(|(code, group)| self.status_effect(code, group))
            .into(),
        })
    }

    /// Tiers of the version with most of them, the first of these.
    fn most_tiers(&self) -> &[Tier] {
        let versions = self.program.versions.iter().rev();
        let most = versions.max_by_key(|version: &&Version| version.ladder.tiers.len());
        most.map_or(&[], |version| &version.ladder.tiers)
    }

    /// A flow of a rank over some months, each at a factor.
    fn tier_flow(
        &self,
        rank: usize,
        months: std::ops::Range<usize>,
        flow: TierFlow,
        factor: impl Fn(usize) -> f64,
    ) -> Sample {
        let market = self.writer.market;
        market.sample(|s, b| {
            let at = |month| [self.world, s, b, month, rank, flow as usize];
            let of = |month| factor(month) * market.tally.tiers.get(&at(month)) as f64;
            months.clone().map(of).sum()
        })
    }

    fn rank(&self, rank: usize) -> RankResult {
        let w = self.writer;
        let (months, horizon) = (0..w.months(), w.horizon());
        let sum = |flow| self.tier_flow(rank, months.clone(), flow, |_| 1.0);
        let prices = |month| self.valuation.inflation_of(self.index, month);
        let member_months = sum(TierFlow::MemberMonths).times(1.0 / MONTH);
        let years = member_months.times(1.0 / 12.0);
        let cost = self.tier_flow(rank, months.clone(), TierFlow::BenefitCost, prices);
        let (lost, kept) = (sum(TierFlow::Demotions), sum(TierFlow::Requalifications));
        let reviews = lost.plus(&kept);
        let number = |sample: &Sample, unit| w.number(sample, unit, PROGRAM, &horizon);
        let ratio = |sample: Option<Sample>, unit, base: &str| {
            let at = (PROGRAM, horizon.as_str());
            number_of(w.maybe("", sample.as_ref(), unit, at, base, "undefined"))
        };
        let (member_years, reviewed) = ("member-years at the rank", "reviews at the rank");
        RankResult {
            rank: rank as u32,
            members: self.members_at(rank),
            member_months: number(&member_months, Unit::Count),
            visits: number(&sum(TierFlow::Visits), Unit::Count),
            benefit_cost: number(&cost, Unit::Money),
            cost_per_member_year: ratio(cost.over(&years), Unit::Money, member_years),
            promotion_rate: ratio(
                sum(TierFlow::Promotions).over(&years),
                Unit::Ratio,
                member_years,
            ),
            demotion_rate: ratio(lost.over(&reviews), Unit::Share, reviewed),
            requalification_rate: ratio(kept.over(&reviews), Unit::Share, reviewed),
            share_at_or_above: self.share_at_or_above(rank),
        }
    }

    fn members_at(&self, rank: usize) -> Series {
        let mut level = Sample::zero(self.writer.market.batches);
        let levels: Vec<Sample> = (0..self.writer.months())
            .map(|month| {
                let change =
                    self.tier_flow(rank, month..month + 1, TierFlow::MembersDelta, |_| 1.0);
                level = level.plus(&change);
                level.clone()
            })
            .collect();
        self.writer
            .series("members", &levels, Unit::Customers, PROGRAM)
    }

    /// What status was diluted by: measured before the run, without an error.
    fn share_at_or_above(&self, rank: usize) -> Number {
        let w = self.writer;
        let holders = w.market.tally.layout.holders.get(self.index);
        let share = holders.and_then(|shares| shares.get(rank));
        let sample = share.map(|share| Sample::constant(f64::from(*share) / MILLION, 0));
        let at = (PROGRAM, w.horizon());
        let at = (at.0, at.1.as_str());
        let base = "members of the pilot";
        number_of(w.maybe("", sample.as_ref(), Unit::Share, at, base, "undefined"))
    }

    fn migration(&self, ranks: usize) -> Vec<MigrationYear> {
        let market = self.writer.market;
        let layout = &market.tally.layout;
        // The tables have room for the program with most tiers; outside is their last place.
        let place = |at: usize| if at == ranks { layout.ranks } else { at };
        (0..layout.years())
            .map(|year| MigrationYear {
                year: year as u32,
                months: (layout.months - 12 * year).min(12) as u32,
                moves: (0..=ranks)
                    .map(|from| {
                        (0..=ranks)
                            .map(|to| {
                                let at = |s| [self.world, s, year, place(from), place(to)];
                                market.total(|s| market.tally.migration.get(&at(s)) as f64)
                            })
                            .collect()
                    })
                    .collect(),
            })
            .collect()
    }

    fn group(&self, group: StatusGroup, flow: GroupFlow) -> Sample {
        let market = self.writer.market;
        let at = |s, b| [self.world, s, b, group as usize, flow as usize];
        market.sample(|s, b| market.tally.groups.get(&at(s, b)) as f64)
    }

    fn status_effect(&self, code: &str, group: StatusGroup) -> StatusEffect {
        let w = self.writer;
        let life = w.life();
        let customers = self.group(group, GroupFlow::Customers);
        let value = self.group(group, GroupFlow::Value);
        let of_others = |flow| {
            self.group(StatusGroup::Members, flow)
                .minus(&self.group(group, flow))
        };
        let others = of_others(GroupFlow::Value).over(&of_others(GroupFlow::Customers));
        let naive = value
            .over(&customers)
            .zip(others)
            .map(|(own, others)| own.minus(&others));
        let layout = &w.market.tally.layout;
        let paired = layout.world_index(World::None).and_then(|_| {
            self.group(group, GroupFlow::ValueDifference)
                .over(&customers)
        });
        let money = |sample: Option<&Sample>, world: &str, base: &str| {
            let at = (world, life.as_str());
            number_of(w.maybe("", sample, Unit::Money, at, base, "undefined"))
        };
        StatusEffect {
            code: code.into(),
            customers: w.number(&customers, Unit::Customers, PROGRAM, &w.horizon()),
            incremental_margin: money(
                paired.as_ref(),
                "program - world_0",
                "customers of the group",
            ),
            naive_difference: money(naive.as_ref(), PROGRAM, "value per other member"),
        }
    }
}

fn number_of(named: Named) -> Number {
    named.number
}

/// Sum of the moves of some years.
fn total(years: &[MigrationYear], places: usize) -> Vec<Vec<f64>> {
    let mut sum = vec![vec![0.0; places]; places];
    for year in years {
        for (sums, moves) in sum.iter_mut().zip(&year.moves) {
            for (sum, moved) in sums.iter_mut().zip(moves) {
                *sum += moved;
            }
        }
    }
    sum
}
