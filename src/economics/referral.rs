//! What the ambassadors of a referral program brought, and what each side was paid.

use super::lines::{Line, flows_of, sum_referral};
use super::program::{Lived, PROGRAM, Subject};
use super::scale::{Market, Sample};
use crate::engine::flow::{Flow, ReferralFlow};
use crate::engine::tally::StratumKind;
use crate::results::{FriendsByKind, GenerationRow, Number, ReferralResults, Series, Unit};

const DIFFERENCE: &str = "program - world_0";
/// Friends by invitation.
const INVITED: [ReferralFlow; 3] = [
    ReferralFlow::FriendsNew,
    ReferralFlow::FriendsBroughtForward,
    ReferralFlow::FriendsAnyway,
];

/// Estimate of the sum of some flows between friends over some months.
fn sum_of(
    market: &Market,
    world: usize,
    months: std::ops::Range<usize>,
    flows: &[ReferralFlow],
) -> Sample {
    market.sample(|s, b| {
        let of = |flow| sum_referral(market, (world, s, b), months.clone(), flow);
        flows.iter().map(|flow| of(*flow)).sum()
    })
}

/// Friends of any kind and generation who came within the horizon.
fn friends(market: &Market, world: usize) -> Sample {
    let months = 0..market.tally.layout.months;
    let invited = sum_of(market, world, months.clone(), &INVITED);
    invited.plus(&sum_of(
        market,
        world,
        months,
        &[ReferralFlow::FriendsUnprompted],
    ))
}

/// Customers nobody brought.
fn roots(market: &Market) -> Sample {
    market.sample(|s, b| match market.kind(s) {
        StratumKind::Past => 0.0,
        StratumKind::Opening | StratumKind::Arriving => market.tally.families.get(&[s, b]) as f64,
    })
}

/// The numbers of one program, written with its units and windows.
struct Told<'a, 'b> {
    subject: &'a Subject<'b>,
    market: &'a Market<'b>,
    window: String,
}

impl Told<'_, '_> {
    fn sum(&self, flows: &[ReferralFlow]) -> Sample {
        let months = 0..self.market.tally.layout.months;
        sum_of(self.market, self.subject.world, months, flows)
    }

    fn number(&self, sample: &Sample, unit: Unit, base: &str) -> Number {
        self.in_world(Some(sample), unit, PROGRAM, base)
    }

    /// Without a value where there is nothing to divide by.
    fn in_world(&self, sample: Option<&Sample>, unit: Unit, world: &str, base: &str) -> Number {
        let at = (world, self.window.as_str());
        let writer = self.subject.writer;
        writer.maybe("", sample, unit, at, base, "undefined").number
    }

    /// Expected cost of redeeming a point of this program, minor units; its errors are those of the points.
    fn cost_per_point(&self) -> f64 {
        let lines = [Line::Discounts, Line::RewardGoods, Line::RewardPartners];
        let cash = self.subject.cash;
        let cost = 0.0 - cash.present(&lines, cash.rows(), |_| 1.0).total;
        let months = 0..self.market.tally.layout.months;
        let flows = [Flow::PointsIssued, Flow::PointsBonus];
        let points = flows_of(self.market, self.subject.world, months, &flows).total;
        if points > 0.0 { cost / points } else { 0.0 }
    }

    /// Both sides' rewards at cost.
    fn fees(&self, money: ReferralFlow, points: ReferralFlow) -> Sample {
        let points = self.sum(&[points]).times(self.cost_per_point());
        self.sum(&[money]).plus(&points)
    }

    fn by_kind(&self, baseline: Option<&Lived>) -> FriendsByKind {
        let of = |flow| self.number(&self.sum(&[flow]), Unit::Customers, "");
        let organic = baseline.map(|lived| friends(self.market, lived.world));
        FriendsByKind {
            new: of(ReferralFlow::FriendsNew),
            brought_forward: of(ReferralFlow::FriendsBroughtForward),
            would_have_come: of(ReferralFlow::FriendsAnyway),
            unprompted: of(ReferralFlow::FriendsUnprompted),
            organic_world_0: self.in_world(organic.as_ref(), Unit::Customers, "world_0", ""),
        }
    }

    fn generations(&self, baseline: Option<&Lived>) -> Vec<GenerationRow> {
        let tally = self.market.tally;
        let people = |world: usize, generation: usize| {
            let of = |s| tally.generations.get(&[world, s, generation]) as f64;
            self.market.total(of)
        };
        let mut rows: Vec<GenerationRow> = (0..tally.layout.generations())
            .map(|generation| GenerationRow {
                generation: generation as u32,
                customers: people(self.subject.world, generation),
                customers_world_0: baseline.map_or(0.0, |lived| people(lived.world, generation)),
            })
            .collect();
        let last = rows
            .iter()
            .rposition(|row| row.customers > 0.0 || row.customers_world_0 > 0.0);
        rows.truncate(last.map_or(0, |last| last + 1));
        rows
    }

    fn monthly(&self) -> Vec<Series> {
        let writer = self.subject.writer;
        let by_month = |flows: &[ReferralFlow]| -> Vec<Sample> {
            let months = 0..writer.months();
            let of = |m| sum_of(self.market, self.subject.world, m..m + 1, flows);
            months.map(of).collect()
        };
        let count =
            |code: &str, flow| writer.series(code, &by_month(&[flow]), Unit::Count, PROGRAM);
        let cost = self.cost_per_point();
        let money = by_month(&[ReferralFlow::AmbassadorFees, ReferralFlow::FriendFees]);
        let points = by_month(&[ReferralFlow::AmbassadorPoints, ReferralFlow::FriendPoints]);
        let paid: Vec<Sample> = money
            .iter()
            .zip(&points)
            .map(|(money, points)| money.plus(&points.times(cost)))
            .collect();
        vec![
            count("invitations", ReferralFlow::Invitations),
            count("friends_new", ReferralFlow::FriendsNew),
            count(
                "friends_brought_forward",
                ReferralFlow::FriendsBroughtForward,
            ),
            count("friends_would_have_come", ReferralFlow::FriendsAnyway),
            count("friends_unprompted", ReferralFlow::FriendsUnprompted),
            count("self_referrals", ReferralFlow::SelfReferrals),
            writer.series("rewards_paid", &paid, Unit::Money, PROGRAM),
        ]
    }
}

impl Subject<'_> {
    /// What a referral program did; none for another.
    pub(super) fn referral(&self, baseline: Option<&Lived>) -> Option<ReferralResults> {
        use ReferralFlow::*;
        self.program.referral.as_ref()?;
        let market = self.writer.market;
        let told = Told {
            subject: self,
            market,
            window: self.writer.horizon(),
        };
        let (customers, count, money, ratio) =
            (Unit::Customers, Unit::Count, Unit::Money, Unit::Ratio);
        let ambassadors = told.sum(&[Ambassadors]);
        let invited = told.sum(&INVITED);
        let conversions = invited.plus(&told.sum(&[SelfReferrals]));
        let to_ambassadors = told.fees(AmbassadorFees, AmbassadorPoints);
        let to_friends = told.fees(FriendFees, FriendPoints);
        let fees = to_ambassadors.plus(&to_friends);
        let (here, all) = (friends(market, self.world), roots(market));
        let organic = baseline.map(|lived| friends(market, lived.world));
        let net_new = organic.as_ref().map(|organic| here.minus(organic));
        let one = Sample::constant(1.0, market.batches);
        let size = |friends: &Sample| friends.over(&all).map(|mean| mean.plus(&one));
        let per_friend = told.sum(&[InvitedValue]).over(&invited);
        let per_other = told.sum(&[OtherValue]).over(&told.sum(&[OtherArrivals]));
        let by_invitation = "friends who came by invitation";
        let maybe = |sample: Option<Sample>, unit, world, base| {
            told.in_world(sample.as_ref(), unit, world, base)
        };
        Some(ReferralResults {
            ambassadors: told.number(&ambassadors, customers, ""),
            invitations: told.number(&told.sum(&[Invitations]), count, ""),
            conversions: told.number(&conversions, count, "invitations"),
            friends: told.by_kind(baseline),
            self_referrals: told.number(&told.sum(&[SelfReferrals]), count, ""),
            rewarded: told.number(&told.sum(&[Rewarded]), count, "conversions"),
            paid_to_ambassadors: told.number(&to_ambassadors, money, ""),
            paid_to_friends: told.number(&to_friends, money, ""),
            points_to_ambassadors: told.number(&told.sum(&[AmbassadorPoints]), Unit::Points, ""),
            points_to_friends: told.number(&told.sum(&[FriendPoints]), Unit::Points, ""),
            fee_per_friend: maybe(fees.over(&invited), money, PROGRAM, by_invitation),
            fee_per_net_new: maybe(
                // More friends who stayed away than came: no price.
                net_new
                    .as_ref()
                    .filter(|n| n.total > 0.0)
                    .and_then(|n| fees.over(n)),
                money,
                DIFFERENCE,
                "net new customers",
            ),
            net_new: maybe(net_new, customers, DIFFERENCE, ""),
            k_factor: maybe(
                told.sum(&[FriendsNew]).over(&ambassadors),
                ratio,
                PROGRAM,
                "ambassadors",
            ),
            organic_r0: maybe(
                organic.as_ref().and_then(|o| o.over(&all.plus(o))),
                ratio,
                "world_0",
                "customers",
            ),
            generations: told.generations(baseline),
            family_size: maybe(size(&here), count, PROGRAM, "families"),
            family_size_world_0: maybe(
                organic.as_ref().and_then(size),
                count,
                "world_0",
                "families",
            ),
            value_difference: maybe(
                per_friend
                    .as_ref()
                    .zip(per_other.as_ref())
                    .map(|(f, o)| f.minus(o)),
                money,
                PROGRAM,
                "",
            ),
            value_per_friend: maybe(per_friend, money, PROGRAM, by_invitation),
            value_per_other: maybe(per_other, money, PROGRAM, "other arrivals"),
            monthly: told.monthly(),
        })
    }
}
